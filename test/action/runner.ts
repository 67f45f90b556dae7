/**
 * A step of a workflow that uses the action, as the runner of GitHub Actions runs it: inputs with their defaults, the
 * environment that its documentation lists, files for outputs and summary, and commands among what is printed.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { load } from 'js-yaml'
import { parseOutputs } from '../cli/runner-commands.ts'
import { readLog, type Log } from './commands.ts'
import { fill, type Contexts } from './expressions.ts'

export interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly description?: string; readonly default?: string; readonly required?: boolean }>
  >
  readonly outputs: Readonly<Record<string, { readonly description?: string }>>
  readonly runs: { readonly using: string; readonly main: string }
}

export function readAction(file: string | URL): Action {
  return load(readFileSync(file, 'utf8')) as Action
}

/**
 * `with`, `env`: as the step has them, expressions and all. `event`: name and payload of what started the workflow.
 * `contexts`: beside `github`, which is made of the repository and its token. `job`: the environment of the machine.
 * `signal` ends the machine with all that runs on it.
 */
export interface Step {
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly event?: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> }
  readonly contexts?: Contexts
  readonly repository: string
  readonly token: string
  readonly job?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** `warnings`: the runner's own. */
export interface Ended extends Log {
  readonly code: number | null
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly warnings: readonly string[]
}

const mapValues = <T, U>(values: Readonly<Record<string, T>>, act: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, act(value)]))

/** Every input that the action declares or the step gives, by the variable in which it gets it. */
function setInputs(
  action: Action,
  given: Readonly<Record<string, string>>,
  contexts: Contexts,
): Record<string, string> {
  const values = { ...mapValues(action.inputs, ({ default: text = '' }) => text), ...given }
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      fill(text, contexts),
    ]),
  )
}

/** What a process printed, whole lines of both streams in the order in which they came. */
async function readLines(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string[]> {
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop()!
      lines.push(...parts)
    })
    stream.on('end', () => lines.push(...(rest === '' ? [] : [rest])))
  }
  await once(child, 'close')
  return lines
}

/** Runs the action of a folder, whose `main` has been built. `scratch`: where the machine has its own folders. */
export async function runAction(folder: string, step: Step, scratch: string): Promise<Ended> {
  const action = readAction(join(folder, 'action.yml'))
  const machine = mkdtempSync(join(scratch, 'machine-'))
  const [temp, workspace] = [join(machine, '_temp'), join(machine, 'work')]
  for (const path of [temp, workspace]) mkdirSync(path)
  const file = (name: string, text = '') => {
    const path = join(temp, name)
    writeFileSync(path, text)
    return path
  }
  const { event = { name: 'workflow_dispatch', payload: {} }, repository, token } = step
  const payload = { repository: { full_name: repository, private: false, visibility: 'public' }, ...event.payload }
  const github = { repository, token, event_name: event.name, event: payload, ref: 'refs/heads/main', ref_name: 'main' }
  const more = step.contexts ?? {}
  const contexts = {
    secrets: {},
    vars: {},
    inputs: {},
    env: {},
    ...more,
    github: { ...github, ...Object(more['github']) },
  }
  const given = step.with ?? {}
  const files = {
    output: file('output'),
    summary: file('summary'),
    state: file('state'),
    env: file('env'),
    path: file('path'),
  }
  const env = {
    ...step.job,
    ...mapValues(step.env ?? {}, (text) => fill(text, contexts)),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__acme_hubmirror',
    GITHUB_ACTION_REPOSITORY: 'acme/hubmirror',
    GITHUB_ACTOR: 'bob',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
    GITHUB_JOB: 'mirror',
    GITHUB_REF: github.ref,
    GITHUB_REF_NAME: github.ref_name,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1658821493',
    GITHUB_RUN_NUMBER: '3',
    GITHUB_WORKFLOW: 'Mirror',
    GITHUB_WORKSPACE: workspace,
    GITHUB_ENV: files.env,
    GITHUB_OUTPUT: files.output,
    GITHUB_PATH: files.path,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 2',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temp,
    ...setInputs(action, given, contexts),
  }
  const child = spawn(process.execPath, [join(folder, action.runs.main)], {
    cwd: workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  step.signal?.addEventListener('abort', () => child.kill('SIGKILL'))
  const lines = await readLines(child)
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(action.inputs, name))
  const secrets = [token, ...Object.values(contexts.secrets)].filter((one) => typeof one === 'string')
  return {
    code: child.exitCode,
    ...readLog(lines, secrets),
    outputs: parseOutputs(readFileSync(files.output, 'utf8')),
    summary: readFileSync(files.summary, 'utf8'),
    warnings: unknown.map((name) => `Unexpected input(s) '${name}'`),
  }
}
