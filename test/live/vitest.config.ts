/** Of `npm run test:live`, which stops here, in one sentence, where something is not set. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { findProblem } from './setting.ts'

const problem = findProblem(process.env)
if (problem !== null) {
  process.stderr.write(`${problem}\n`)
  process.exit(64)
}

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    // Not called *.test.ts, which `npm test` would find.
    include: ['test/live/live.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
    reporters: ['verbose'],
  },
})
