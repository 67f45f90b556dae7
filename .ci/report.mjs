/**
 * Prints `N passed, N failed, N skipped` from a vitest JSON report, and before it what the numbers alone would hide. Exit 1 for a failure, for
 * a report that is missing or holds no test, and in CI, where all that tests need is present, for a skipped one.
 */
import { readFileSync } from 'node:fs'

const isCi = process.env.CI === 'true'
const say = (line) => process.stderr.write(`${line}\n`)

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

const report = readReport(process.argv[2])
if (report === null) {
  say('No report of the tests, or not a whole one: what failed came before them or broke them off')
  process.exit(1)
}

const files = report.testResults
const tests = files.flatMap(({ assertionResults }) => assertionResults)
const count = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length
// A file that does not load, or whose hook fails, has no test to show for it.
const broken = files.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
)
const [passed, failed] = [count('passed'), count('failed') + broken.length]
const skipped = tests.length - count('passed', 'failed')

for (const { name, message } of broken) say(`failed as a whole: ${name}: ${String(message).split('\n')[0]}`)
if (isCi)
  for (const { status, fullName } of tests)
    if (status !== 'passed' && status !== 'failed') say(`skipped, which fails in CI: ${fullName}`)
if (tests.length === 0) say('The report holds no test')
if (!report.success && failed === 0) say('The run failed, and no test did: see its output above')
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
process.exitCode = !report.success || failed > 0 || passed === 0 || (isCi && skipped > 0) ? 1 : 0
