/** Broken tokens, and what `--check` has to say of them. */
import { tokens, type Pair, type PairOptions } from '../hubs/pair.ts'

/** A pair with something wrong: which findings are faults, warnings and unknown, as `github token`. */
export interface World {
  readonly make: (pair: Pair) => void
  readonly options?: PairOptions
  readonly argv?: readonly string[]
  readonly exitCode: number
  readonly fault?: readonly string[]
  readonly warning?: readonly string[]
  readonly unknown?: readonly string[]
  /** What stands in the report, whatever its lines. */
  readonly says: string
  readonly link?: string
}

/** What cannot be told where the repository cannot be read. */
export const githubRest = ['branch', 'rules', 'write', 'lfs', 'actions'].map((what) => `github ${what}`)
export const hubRest = ['branch', 'write', 'lfs'].map((what) => `huggingface ${what}`)

export const tokenWorlds: Record<string, World> = {
  'a missing token of GitHub': {
    make: ({ env }) => delete env.GITHUB_TOKEN,
    exitCode: 4,
    fault: ['github token'],
    unknown: ['github write', 'github lfs', 'github actions', 'github limits'],
    says: 'there is no GITHUB_TOKEN',
    link: 'https://github.com/settings/personal-access-tokens/new',
  },
  'a missing token of the Hub': {
    make: ({ env }) => delete env.HF_TOKEN,
    exitCode: 4,
    fault: ['huggingface token'],
    unknown: ['huggingface write', 'huggingface lfs'],
    says: 'there is no HF_TOKEN',
    link: 'https://huggingface.co/settings/tokens/new',
  },
  'a workflow that the Hub takes for no publisher': {
    make: ({ env }) => {
      delete env.HF_TOKEN
      Object.assign(env, {
        HF_OIDC_RESOURCE: 'datasets/acme/corpus',
        ACTIONS_ID_TOKEN_REQUEST_URL: 'https://api.github.com/id-token',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: tokens.github,
      })
    },
    exitCode: 4,
    fault: ['huggingface token'],
    unknown: ['huggingface write', 'huggingface lfs'],
    says: 'permissions: id-token: write',
  },
  'two swapped tokens, each told': {
    make: ({ env }) => Object.assign(env, { GITHUB_TOKEN: env.HF_TOKEN, HF_TOKEN: env.GITHUB_TOKEN }),
    exitCode: 4,
    fault: ['github token', 'huggingface token'],
    unknown: ['github write', 'github lfs', 'github actions', 'github limits', 'huggingface write', 'huggingface lfs'],
    says: 'are the two swapped?',
  },
  'an expired token of GitHub': {
    make: ({ env }) => Object.assign(env, { GITHUB_TOKEN: 'ghp_thisOneHasEndedLongAgo' }),
    exitCode: 4,
    fault: ['github token'],
    unknown: ['github repository', ...githubRest, 'github limits', 'both run'],
    says: 'GITHUB_TOKEN is wrong or has expired',
  },
  'an expired token of the Hub': {
    make: ({ env }) => Object.assign(env, { HF_TOKEN: 'hf_thisOneHasEndedLongAgo' }),
    exitCode: 4,
    fault: ['huggingface token'],
    unknown: ['huggingface repository', ...hubRest, 'huggingface limits', 'both run'],
    says: 'HF_TOKEN is wrong or has expired',
  },
  'a token of GitHub that ends soon': {
    make: ({ github }) => {
      github.switches.tokenEnd = '2026-11-05 01:00:00 +0100'
    },
    exitCode: 0,
    warning: ['github token'],
    says: 'until 2026-11-05, which is in 4 days',
  },
  "an end of GitHub's that is now, and means none": {
    make: ({ github, clock }) => {
      github.switches.tokenEnd = new Date(clock.now()).toISOString().replace(/T(.*)\.\d+Z/, ' $1 UTC')
    },
    exitCode: 0,
    says: "octocat's; no end is told",
  },
  "a workflow's own token": {
    make: ({ github }) => Object.assign(github.switches, { user: null, permissions: 'nothing' }),
    exitCode: 0,
    says: "GITHUB_TOKEN is an app's, as a workflow has it",
  },
  'a token of GitHub that may only read': {
    make: ({ env }) => Object.assign(env, { GITHUB_TOKEN: tokens.githubRead }),
    exitCode: 4,
    fault: ['github write'],
    unknown: ['github lfs'],
    says: 'Permissions > Contents > Read and write',
  },
  'a token that may only read of somebody who may write': {
    make: ({ env, github }) => {
      env.GITHUB_TOKEN = tokens.githubRead
      github.switches.permissions = 'user'
    },
    exitCode: 4,
    fault: ['github write'],
    unknown: ['github lfs'],
    says: '403 Resource not accessible',
  },
  'a token of the Hub that may only read': {
    make: ({ env }) => Object.assign(env, { HF_TOKEN: tokens.huggingfaceRead }),
    exitCode: 4,
    fault: ['huggingface write'],
    unknown: ['huggingface lfs'],
    says: 'role read',
  },
  'a fine-grained token of the Hub for another repository': {
    make: ({ huggingface }) => {
      huggingface.switches.scopes = [
        { entity: { type: 'dataset', name: 'acme/other' }, permissions: ['repo.content.read', 'repo.write'] },
      ]
    },
    exitCode: 0,
    warning: ['huggingface write'],
    says: 'not told to have the permission to write',
  },
  'a fine-grained token of the Hub for this one': {
    make: ({ huggingface }) => {
      huggingface.switches.scopes = [{ entity: { type: 'dataset', name: 'acme/corpus' }, permissions: ['repo.write'] }]
    },
    exitCode: 0,
    says: 'role fineGrained',
  },
}
