import vue from '@vitejs/plugin-vue';

export default { plugins: [vue()], server: { proxy: { '/api': process.env.API } } };
