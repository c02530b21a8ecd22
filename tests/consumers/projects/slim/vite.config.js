// The API is somebody else's server while developing.
export default { server: { proxy: { '/api': process.env.API } } };
