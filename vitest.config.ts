import { defineConfig } from 'vitest/config'

/** `VITEST_REPORT` names a file for the report that `.ci/run` reads. */
const report = process.env.VITEST_REPORT

export default defineConfig({
  test: {
    include: ['test/*.test.ts'],
    // By default one core of two would stand idle.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: report ? ['default', 'json'] : ['default'],
    ...report && { outputFile: { json: report } },
  },
})
