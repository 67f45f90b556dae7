/**
 * What is wrong with a workflow, or a part of one, as GitHub documents them: keys, events, permissions, times, pins, and
 * what steps that use the action give it. No shell and no expression is looked into here.
 */
import { readInputs } from '../../lib/cli/action-inputs.ts'
import { parseArguments } from './page.ts'
import { readPage } from './pages.ts'

type Map = Readonly<Record<string, unknown>>

/** Keys by where they stand. */
const keys = {
  workflow: 'name run-name on permissions env defaults concurrency jobs',
  on: 'push pull_request workflow_dispatch workflow_call repository_dispatch schedule',
  push: 'branches branches-ignore tags tags-ignore paths paths-ignore',
  pull_request: 'types branches branches-ignore paths paths-ignore',
  workflow_dispatch: 'inputs',
  workflow_call: 'inputs secrets outputs',
  repository_dispatch: 'types',
  job: 'name needs if runs-on environment permissions concurrency outputs env defaults steps timeout-minutes strategy continue-on-error uses with secrets',
  step: 'id if name uses run working-directory shell with env continue-on-error timeout-minutes',
  concurrency: 'group cancel-in-progress',
} as const
const scopes =
  'actions attestations checks contents deployments discussions id-token issues packages pages pull-requests security-events statuses'
const levels = new Set(['read', 'write', 'none'])

const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value)

function* findUnknown(value: unknown, place: keyof typeof keys): Generator<string> {
  if (!isMap(value)) return
  for (const key of Object.keys(value)) if (!keys[place].split(' ').includes(key)) yield `${place} has no key "${key}"`
}

/** A field of a time, such as `7,37`, `*`+`/6` or `1-5`. */
const field = String.raw`(?:\*|\d+(?:-\d+)?)(?:\/\d+)?`
const cron = new RegExp(String.raw`^${field}(?:,${field})*(?: ${field}(?:,${field})*){4}$`)

function* checkEvents(on: unknown): Generator<string> {
  yield* findUnknown(on, 'on')
  if (!isMap(on)) return
  for (const name of ['push', 'pull_request', 'workflow_dispatch', 'workflow_call', 'repository_dispatch'] as const)
    yield* findUnknown(on[name], name)
  for (const time of Array.isArray(on['schedule']) ? (on['schedule'] as unknown[]) : [])
    if (!isMap(time) || !cron.test(String(time['cron']))) yield `schedule is no time: ${JSON.stringify(time)}`
}

function* checkPermissions(permissions: unknown): Generator<string> {
  if (!isMap(permissions)) return
  for (const [scope, level] of Object.entries(permissions)) {
    if (!scopes.split(' ').includes(scope)) yield `permissions has no scope "${scope}"`
    if (!levels.has(String(level))) yield `permission ${scope} is no "${String(level)}"`
  }
}

/** A step that names a file of pairs is read with the one that people copy. */
const readPairs = (path: string) =>
  path === '.github/hubmirror.yml' ? readPage('.github/hubmirror.example.yml') : null

/**
 * What is wrong with what a step gives to the action, which is read as the action reads it. Expressions are texts of a
 * token's form.
 */
export async function checkInputs(given: Map): Promise<string[]> {
  const env = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      String(value)
        .replaceAll(/\$\{\{ *(?:vars\.HF_REPO|inputs\.huggingface_repo_id) *\}\}/g, 'datasets/acme/corpus')
        .replaceAll(/\$\{\{ *(?:toJSON\()?(?:secrets|github)\.\w+\)? *\}\}/gi, 'hf_placeholder0123456789')
        .replaceAll(/\$\{\{[^}]*\}\}/g, ''),
    ]),
  )
  const { argv, env: inside } = readInputs({ GITHUB_REPOSITORY: 'acme/corpus', ...env })
  if (!Array.isArray(argv)) return [(argv as Error).message]
  return parseArguments(argv, { ...inside, GITHUB_TOKEN: undefined, HF_TOKEN: undefined }, readPairs).then(
    () => [],
    (error: Error) => [error.message],
  )
}

async function checkStep(step: unknown): Promise<string[]> {
  if (!isMap(step)) return ['a step is no map']
  const found = [...findUnknown(step, 'step')]
  const uses = String(step['uses'] ?? '')
  if (uses === '' && typeof step['run'] !== 'string') found.push('a step neither uses nor runs anything')
  if (uses !== '' && !/^(?:\.\/|[\w.-]+\/[\w./-]+@(?:[0-9a-f]{40}|COMMIT)$)/.test(uses))
    found.push(`${uses} is not pinned to a commit`)
  if (String(step['run'] ?? '').includes('${{')) found.push('a script holds an expression: put it into env')
  if (uses.includes('/.github/actions/mirror')) found.push(...(await checkInputs((step['with'] ?? {}) as Map)))
  return found
}

/** `workflow`: as YAML has it; a part of one may lack any key. */
export async function checkWorkflow(workflow: unknown): Promise<string[]> {
  if (!isMap(workflow)) return ['it is no map']
  const jobs = Object.values((workflow['jobs'] ?? {}) as Map)
  const found = [
    ...findUnknown(workflow, 'workflow'),
    ...checkEvents(workflow['on']),
    ...checkPermissions(workflow['permissions']),
    ...findUnknown(workflow['concurrency'], 'concurrency'),
  ]
  for (const job of jobs) {
    found.push(...findUnknown(job, 'job'))
    if (!isMap(job)) continue
    found.push(...checkPermissions(job['permissions']), ...findUnknown(job['concurrency'], 'concurrency'))
    for (const step of (job['steps'] ?? []) as unknown[]) found.push(...(await checkStep(step)))
  }
  return found
}
