// As projects have it whose tests are turned into CommonJS: packages that are ESM have to be named.
export default {
  testEnvironment: 'jsdom',
  transform: { '\\.js$': ['babel-jest', { plugins: ['@babel/plugin-transform-modules-commonjs'] }] },
  transformIgnorePatterns: ['/node_modules/(?!cryptorefills-checkout/)'],
};
