/** What GitHub tells of the branch before a first run: whether it is there, and what guards it. */
import { catchFailure, isUnclear } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { fault, judgeFailure, ok, unknown, warning, type Finding } from '../model/finding.ts'
import { quote } from '../model/quote.ts'
import { ask, querying, type Api } from './api.ts'
import { createFailure } from './failure.ts'
import { readHistory } from './history.ts'
import { succeeded, type Place, type Questions, type Told } from './questions.ts'
import { isProtected, parseRules } from './rules.ts'

/** Whether the branch is there, and is the default one. An answer that it is not may mean an empty repository. */
export async function judgeBranch(api: Api, told: Told, defaultBranch: unknown): Promise<Finding> {
  const name = `"${quote(api.branch)}"`
  const other = typeof defaultBranch === 'string' && defaultBranch !== api.branch ? quote(defaultBranch) : null
  if (succeeded(told))
    return other === null
      ? ok('branch', `${name} is there${typeof defaultBranch === 'string' ? ', and is the default one' : ''}`)
      : warning('branch', `${name} is there; the default one is "${other}"`, {
          fix: `if that one is meant: --branch ${other}. Schedules of workflows run from it alone`,
        })
  if (told instanceof Error) return judgeFailure('branch', told)
  if (told?.status !== 404) return judgeFailure('branch', createFailure(api, `read ${api.where}`, told!, 'read'))
  const history = await catchFailure(readHistory(api, null))
  if (history instanceof Error) return judgeFailure('branch', history)
  if (history.state === 'empty') return ok('branch', 'the repository has no commit yet, and a run begins it')
  if (history.state === 'branch') return ok('branch', `${name} is there`)
  return fault(
    'branch',
    'refused',
    `there is no branch ${name}${other === null ? '' : `; the default one is "${other}"`}`,
    {
      fix:
        other === null
          ? 'name another with --branch, or make the branch'
          : `mirror that one: --branch ${other}, or --branch ${other}=<Hugging Face's name>; or make the branch`,
    },
  )
}

/** How many rule sets are asked whether the user of the token may bypass them. */
const setsMax = 3

/** Rules by which every push of the mirror is refused; others look at what is pushed. */
const closing: ReadonlySet<string> = new Set([
  'update',
  'pull_request',
  'required_status_checks',
  'required_signatures',
  'required_deployments',
  'merge_queue',
])

/** The rules of the branch, and whether the user of the token may bypass them, as far as rule sets tell it. */
export async function judgeRules(api: Api, { rules, branch }: Questions, place: Place): Promise<Finding[]> {
  const { webUrl, proposes } = place
  if (proposes) return [ok('rules', 'whatever guards the branch, --pull-request proposes to it')]
  const answer = succeeded(rules)
  const link = `${webUrl}/settings/rules`
  const classic = isClassic(branch)
    ? [
        warning('rules', 'the branch is protected; by what, GitHub tells administrators alone', {
          fix: 'let the user of the token push to it, or propose with --pull-request github',
          link: `${webUrl}/settings/branches`,
        }),
      ]
    : []
  if (!answer)
    return [
      unknown('rules', 'GitHub does not tell the rules of the branch', {
        ends: isFailure(rules) ? 'failed' : null,
        link,
      }),
      ...classic,
    ]
  const found = parseRules(answer)
  if (found.length === 0)
    return classic.length > 0 ? classic : [ok('rules', 'nothing guards the branch against a push')]
  const sets = [...new Set(found.flatMap(({ set }) => set ?? []))].slice(0, setsMax)
  const told = await Promise.all(
    sets.map(async (set) => {
      const asked = ask(api, 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ruleset_id: set }, querying)
      return [set, parseBypass(await catchFailure(asked))] as const
    }),
  )
  const bypass = new Map(told)
  const open = found.filter(({ set }) => set === null || bypass.get(set) !== 'may')
  const names = (list: typeof found) => [...new Set(list.map(({ type }) => quote(type)))].join(', ')
  const advice = { fix: 'put the user of the token on the bypass list, or propose with --pull-request github', link }
  const closed = open.filter(({ type, set }) => set !== null && bypass.get(set) === 'may not' && closing.has(type))
  if (closed.length > 0)
    return [
      fault(
        'rules',
        'refused',
        `a push is refused by ${names(closed)}, which ${api.tokenName}'s user may not bypass`,
        advice,
      ),
    ]
  if (open.length > 0) return [warning('rules', `a push may be refused by ${names(open)}`, advice), ...classic]
  return [ok('rules', `${names(found)}, which ${api.tokenName}'s user may bypass`), ...classic]
}

/** Whether it is the service that failed: a server without rule sets has no such answer. */
const isFailure = (told: Told) => told instanceof Error || (told !== null && isUnclear(told))

const isClassic = (branch: Told) => {
  const answer = succeeded(branch)
  return answer !== null && isProtected(answer)
}

/** Each rule set says of whoever asks for it whether its rules can be bypassed. */
function parseBypass(told: Told): 'may' | 'may not' | null {
  const { current_user_can_bypass: word } = fields(succeeded(told)?.data)
  if (word === 'always' || word === 'exempt') return 'may'
  return word === 'never' || word === 'pull_requests_only' ? 'may not' : null
}
