/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "<rootDir>/tests/jest/shared-arrays-environment.cjs",
  testMatch: ["<rootDir>/tests/**/*.test.ts"],
  transform: { "\\.ts$": "<rootDir>/tests/jest/esbuild-transform.cjs" },
  // A workspace's own node_modules holds only what the root could not: nothing of it is ours to transform.
  transformIgnorePatterns: ["/node_modules/"],
  modulePathIgnorePatterns: ["/dist/", "<rootDir>/.venv/", "<rootDir>/.ftt/"],
  // Native sessions and kernels are memory-hungry: two cores, two workers.
  maxWorkers: 2,
  testTimeout: 60000,
};
