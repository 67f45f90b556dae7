/** Prints `N passed, N failed, N skipped` from a vitest JSON report. Exit 1 for a failure, for no test at all, and in CI for a skipped one. */
import { readFileSync } from 'node:fs'

const text = readFileSync(process.argv[2], 'utf8')
if (text.trim() === '') {
  process.stderr.write('The test runner left no report: it did not come to run any test\n')
  process.exit(1)
}
const { numPassedTests: passed, numFailedTests: failed, numTotalTests: total, success, testResults } = JSON.parse(text)
const skipped = total - passed - failed
for (const { assertionResults } of testResults) {
  for (const { status, fullName } of assertionResults) if (process.env.CI && status !== 'passed' && status !== 'failed') process.stderr.write(`skipped: ${fullName}\n`)
}
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
if (!success || failed > 0 || passed === 0 || (process.env.CI && skipped > 0)) process.exit(1)
