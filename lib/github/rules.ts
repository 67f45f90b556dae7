/** The rules that GitHub has for the branch. Everybody who may read the repository can ask for them. */
import { isSuccess } from '../http/answer.ts'
import { fields } from '../http/json.ts'
import { ask, type Answer, type Api } from './api.ts'

/** Rules that a fast-forward of the branch cannot break. */
const harmless: ReadonlySet<string> = new Set(['creation', 'deletion', 'non_fast_forward'])

/** The names of the rules that a fast-forward has to pass, as `pull_request`; `protection` stands for classic protection. */
export async function readRules(api: Api): Promise<string[]> {
  const place = { ...api.ownerAndRepo, branch: api.branch }
  const [rules, branch] = await Promise.all([
    ask(() => api.repeating.rest.repos.getBranchRules(place)),
    ask(() => api.repeating.rest.repos.getBranch(place)),
  ])
  const isProtected = isSuccess(branch) && fields(branch.data)['protected'] === true
  const names = parseNames(rules).filter((name) => !harmless.has(name))
  return [...new Set([...names, ...(isProtected ? ['protection'] : [])])]
}

function parseNames(answer: Answer): string[] {
  if (!isSuccess(answer) || !Array.isArray(answer.data)) return []
  return answer.data.map((rule) => fields(rule)['type']).filter((type) => typeof type === 'string')
}
