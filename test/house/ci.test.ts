/** What CI says of a test run: the script is run as it stands, on reports made up here. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const ci = fileURLToPath(new URL('../../.ci/', import.meta.url))
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'todo'
interface Result {
  readonly name: string
  readonly status: 'passed' | 'failed'
  readonly message: string
  readonly assertionResults: readonly { readonly status: Status; readonly fullName: string }[]
}

const file = (name: string, ...statuses: Status[]): Result => ({
  name,
  status: statuses.includes('failed') ? 'failed' : 'passed',
  message: '',
  assertionResults: statuses.map((status, at) => ({ status, fullName: `${name} ${at}` })),
})
const broken = (name: string, ...statuses: Status[]): Result => ({
  ...file(name, ...statuses),
  status: 'failed',
  message: "Cannot find './gone.ts'\n  at line 1",
})
const format = (results: readonly Result[], success = results.every(({ status }) => status === 'passed')) =>
  JSON.stringify({ success, testResults: results })

function summarize(report: string | null, environment: { readonly CI?: string } = {}) {
  const path = join(folder, 'report.json')
  if (report !== null) writeFileSync(path, report)
  const { CI: _, ...rest } = process.env
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(ci, 'report.mjs'), path], {
    encoding: 'utf8',
    env: { ...rest, ...environment },
  })
  return { stdout, stderr, status }
}

describe('the last line', () => {
  test('counts what passed, failed and was skipped over all files', () => {
    const report = format([file('a', 'passed', 'passed', 'skipped'), file('b', 'passed', 'failed', 'todo', 'pending')])
    expect(summarize(report)).toEqual({ stdout: '3 passed, 1 failed, 3 skipped\n', stderr: '', status: 1 })
  })

  test('is all there is of a run that passed', () => {
    expect(summarize(format([file('a', 'passed')]), { CI: 'true' })).toEqual({
      stdout: '1 passed, 0 failed, 0 skipped\n',
      stderr: '',
      status: 0,
    })
  })

  test('counts a file that did not load as a failure, and names it', () => {
    const { stdout, stderr, status } = summarize(format([file('a', 'passed'), broken('b'), broken('c', 'passed')]))
    expect([stdout, status]).toEqual(['2 passed, 2 failed, 0 skipped\n', 1])
    expect(stderr).toBe(
      "failed as a whole: b: Cannot find './gone.ts'\nfailed as a whole: c: Cannot find './gone.ts'\n",
    )
  })
})

describe('a skipped test', () => {
  const report = format([file('a', 'passed', 'skipped')])
  test('is no failure on a machine without git', () => {
    expect(summarize(report)).toEqual({ stdout: '1 passed, 0 failed, 1 skipped\n', stderr: '', status: 0 })
  })

  test('is one in CI, by name', () => {
    expect(summarize(report, { CI: 'true' })).toEqual({
      stdout: '1 passed, 0 failed, 1 skipped\n',
      stderr: 'skipped, which fails in CI: a 1\n',
      status: 1,
    })
  })
})

describe('a run that proves nothing fails', () => {
  test.each([
    ['missing', null],
    ['empty', ''],
    ['cut off', '{"success":tr'],
  ])('with a report that is %s', (_, report) => {
    expect(summarize(report)).toMatchObject({
      stdout: '',
      status: 1,
      stderr: expect.stringContaining('No report of the tests'),
    })
  })

  test('with no test at all', () => {
    expect(summarize(format([]))).toEqual({
      stdout: '0 passed, 0 failed, 0 skipped\n',
      stderr: 'The report holds no test\n',
      status: 1,
    })
  })

  test('with a failure outside all tests', () => {
    expect(summarize(format([file('a', 'passed')], false))).toEqual({
      stdout: '1 passed, 0 failed, 0 skipped\n',
      stderr: 'The run failed, and no test did: see its output above\n',
      status: 1,
    })
  })
})

/** Whether this machine has all that `.ci/run` would install; it does not come to that in a test. */
const hasAll =
  process.platform === 'linux' &&
  spawnSync('bash', [
    '-c',
    'command -v git && command -v git-lfs && command -v openssl && [ -e /etc/ssl/certs/ca-certificates.crt ]',
  ]).status === 0

describe.skipIf(!hasAll)('.ci/run, with an npm that only writes down how it was called', () => {
  /** `npmTest` is what `npm test` does. */
  function run(npmTest: string) {
    cpSync(ci, join(folder, '.ci'), { recursive: true })
    mkdirSync(join(folder, 'bin'))
    writeFileSync(
      join(folder, 'bin/npm'),
      `#!/usr/bin/env bash\necho "npm $*"\nif [ "$1" = test ]; then ${npmTest}; fi\n`,
    )
    chmodSync(join(folder, 'bin/npm'), 0o755)
    const env = { ...process.env, CI: 'true', PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` }
    const { stdout, status } = spawnSync(join(folder, '.ci/run'), { encoding: 'utf8', env })
    return { lines: stdout.trimEnd().split('\n'), status }
  }
  const leave = (report: string) => `printf '%s' '${report}' > "$VITEST_REPORT"`

  test('calls the command of the README and ends with the line', () => {
    expect(run(leave(format([file('a', 'passed')])))).toEqual({
      lines: ['npm ci', 'npm test', '1 passed, 0 failed, 0 skipped'],
      status: 0,
    })
  })

  test('ends as the tests ended', () => {
    expect(run(`${leave(format([file('a', 'passed', 'failed')]))}; exit 7`)).toEqual({
      lines: ['npm ci', 'npm test', '1 passed, 1 failed, 0 skipped'],
      status: 7,
    })
  })

  test('fails for a skipped test though the tests passed', () => {
    expect(run(leave(format([file('a', 'passed', 'skipped')])))).toEqual({
      lines: ['npm ci', 'npm test', '1 passed, 0 failed, 1 skipped'],
      status: 1,
    })
  })

  test('fails without a line when nothing ran', () => {
    expect(run('true')).toEqual({ lines: ['npm ci', 'npm test'], status: 1 })
  })
})
