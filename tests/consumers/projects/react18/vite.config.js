import react from '@vitejs/plugin-react';

// The package is installed beside another React.
export default { plugins: [react()], resolve: { dedupe: ['react', 'react-dom'] } };
