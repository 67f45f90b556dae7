/** What the live tests need to be told, and what they may touch. */
import type { Environment } from '../../lib/cli/options.ts'

const needed = ['LIVE_GITHUB', 'LIVE_HF', 'GITHUB_TOKEN', 'HF_TOKEN'] as const

/** Why they cannot run, in one sentence; `null` when they can. */
export function findProblem(env: Environment): string | null {
  const missing = needed.filter((name) => !env[name]?.trim())
  if (missing.length > 0) {
    const listed = [missing.slice(0, -1).join(', '), missing.at(-1)].filter(Boolean).join(' and ')
    return `Cannot run the live tests: set ${listed} (LIVE_GITHUB=you/scratch and LIVE_HF=datasets/you/scratch name two repositories that may be overwritten, the tokens may write to them)`
  }
  const wrong = (['LIVE_GITHUB', 'LIVE_HF'] as const).filter(
    (name) => !/scratch|test/i.test(env[name]!.trim().replace(/\/$/, '').split('/').at(-1)!),
  )
  if (wrong.length === 0) return null
  return `Cannot run the live tests: ${wrong.map((name) => `${name} is ${JSON.stringify(env[name])}`).join(' and ')}, and they write only to repositories with "scratch" or "test" in their name`
}

/** As the command reads it. Nothing is written to the files of a workflow's step. */
export function commandEnvironment(env: Environment): Environment {
  return {
    ...env,
    GITHUB_REPOSITORY: env['LIVE_GITHUB'],
    HF_REPO: env['LIVE_HF'],
    HF_OIDC_RESOURCE: undefined,
    GITHUB_STEP_SUMMARY: undefined,
    GITHUB_OUTPUT: undefined,
  }
}

/** `LIVE_WAIT_MAX_MS`: the longest wait before something is tried again, for services that need none. */
export function waitMaxMs(env: Environment): number {
  return Number(env['LIVE_WAIT_MAX_MS'] || 300_000)
}

/** `LIVE_ANSWERS`: where the answers are written. */
export function answersFile(env: Environment): string {
  return env['LIVE_ANSWERS'] || 'live-answers.json'
}

/** What no answer may hold. */
export function listSecrets(env: Environment): string[] {
  return ['GITHUB_TOKEN', 'HF_TOKEN', 'LIVE_GITHUB_READ_TOKEN', 'LIVE_HF_READ_TOKEN'].flatMap((name) => env[name] || [])
}
