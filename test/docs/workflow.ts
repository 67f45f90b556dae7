/**
 * What is wrong with a workflow, or a part of one, although GitHub takes it (`test/house/github-reads.test.ts`): pins,
 * expressions in scripts, and what steps that use the action give it.
 */
import { readInputs } from '../../lib/cli/action-inputs.ts'
import { parseArguments } from './page.ts'
import { readPage } from './pages.ts'

type Map = Readonly<Record<string, unknown>>

const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value)

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
  const found: string[] = []
  const uses = String(step['uses'] ?? '')
  if (uses !== '' && !/^(?:\.\/|[\w.-]+\/[\w./-]+@(?:[0-9a-f]{40}|COMMIT)$)/.test(uses))
    found.push(`${uses} is not pinned to a commit`)
  if (String(step['run'] ?? '').includes('${{')) found.push('a script holds an expression: put it into env')
  if (uses.includes('/.github/actions/mirror')) found.push(...(await checkInputs((step['with'] ?? {}) as Map)))
  return found
}

/** `workflow`: as YAML has it; a part of one may lack any key. */
export async function checkWorkflow(workflow: unknown): Promise<string[]> {
  if (!isMap(workflow)) return ['it is no map']
  const steps = Object.values((workflow['jobs'] ?? {}) as Map).flatMap((job) =>
    isMap(job) ? ((job['steps'] ?? []) as unknown[]) : [],
  )
  return (await Promise.all(steps.map(checkStep))).flat()
}
