/** The rules that GitHub has for the branch. Everybody who may read the repository can ask for them. */
import { isSuccess } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { ask, querying, type Answer, type Api } from './api.ts'

/** Rules that a fast-forward of the branch cannot break. */
const harmless: ReadonlySet<string> = new Set(['creation', 'deletion', 'non_fast_forward'])

/** A rule that a fast-forward has to pass, as `pull_request`, and the rule set that it is of; null where that is not told. */
interface Rule {
  readonly type: string
  readonly set: number | null
}

/** Asks for the rules of rule sets that apply to the branch. */
export function askRules(api: Api): Promise<Answer> {
  return ask(api, 'GET /repos/{owner}/{repo}/rules/branches/{branch}', { branch: api.branch }, querying)
}

/** Asks for the branch, and so whether classic protection guards it. */
export function askBranch(api: Api): Promise<Answer> {
  return ask(api, 'GET /repos/{owner}/{repo}/branches/{branch}', { branch: api.branch }, querying)
}

/** The names of the rules that a fast-forward has to pass, as `pull_request`; `protection` stands for classic protection. */
export async function readRules(api: Api): Promise<string[]> {
  const [rules, branch] = await Promise.all([askRules(api), askBranch(api)])
  return [...new Set([...parseRules(rules).map(({ type }) => type), ...(isProtected(branch) ? ['protection'] : [])])]
}

/** Whether classic protection guards the branch; its rules are told to administrators alone. */
export function isProtected(branch: Answer): boolean {
  return isSuccess(branch) && fields(branch.data)['protected'] === true
}

/** The rules of rule sets that a fast-forward has to pass; none where they are not told. */
export function parseRules(answer: Answer): Rule[] {
  if (!isSuccess(answer) || !Array.isArray(answer.data)) return []
  return answer.data.flatMap((rule) => {
    const { type, ruleset_id: set } = fields(rule)
    return typeof type === 'string' && !harmless.has(type) ? [{ type, set: typeof set === 'number' ? set : null }] : []
  })
}
