/** Repositories, branches, stores and files that stand in a run's way, and what `--check` has to say of them. */
import { lfsRefusals, protections } from '../hubs/github-switches.ts'
import { act } from '../run/mirror-setup.ts'
import { githubRest, hubRest, type World } from './check-tokens.ts'

export const repositoryWorlds: Record<string, World> = {
  'a model that is asked for as a dataset': {
    make: () => {},
    options: { huggingface: { id: 'models/acme/corpus' } },
    exitCode: 4,
    fault: ['huggingface repository'],
    unknown: [...hubRest, 'both run'],
    says: 'use --hf models/acme/corpus',
  },
  'a repository of GitHub that nobody has': {
    make: ({ env }) => Object.assign(env, { GITHUB_REPOSITORY: 'acme/corpsu' }),
    exitCode: 4,
    fault: ['github repository'],
    unknown: [...githubRest, 'both run'],
    says: 'the repository does not exist, or GITHUB_TOKEN may not see it',
  },
  'a repository of GitHub under its former name': {
    make: ({ env, github }) => {
      env.GITHUB_REPOSITORY = 'acme/old'
      github.renamedFrom('acme/old')
    },
    exitCode: 0,
    warning: ['github repository'],
    unknown: ['github write', 'github lfs'],
    says: 'use --github acme/corpus',
  },
  'another default branch': {
    options: { github: { defaultBranch: 'master' } },
    make: ({ github }) => github.commit('master', { files: { 'x.txt': 'x\n' }, message: 'Other' }),
    argv: ['--branch', 'main'],
    exitCode: 0,
    warning: ['github branch'],
    says: '--branch master',
  },
  'master, where main is asked for': {
    options: { github: { defaultBranch: 'master' } },
    make: ({ github }) => {
      github.refs.set('refs/heads/master', github.head('main')!)
      github.refs.delete('refs/heads/main')
    },
    argv: ['--branch', 'main'],
    exitCode: 3,
    fault: ['github branch'],
    unknown: ['both run'],
    says: "mirror that one: --branch master, or --branch master=<Hugging Face's name>",
  },
  'a branch that the Hub lacks': {
    make: ({ github }) => github.refs.set('refs/heads/next', github.head('main')!),
    argv: ['--branch', 'next'],
    exitCode: 3,
    warning: ['github branch'],
    fault: ['huggingface branch'],
    unknown: ['both run'],
    says: 'mirror that one: --hf-branch main',
  },
  'a protected branch': {
    make: ({ github }) => github.switches.protectedBranches.set('main', protections.review),
    exitCode: 0,
    warning: ['github rules'],
    says: 'the branch is protected',
    link: 'https://github.com/acme/corpus/settings/branches',
  },
  'a rule set that says nothing of bypassing': {
    make: ({ github }) => github.switches.protectedBranches.set('main', protections.rules),
    exitCode: 0,
    warning: ['github rules'],
    says: 'a push may be refused by update',
    link: 'https://github.com/acme/corpus/settings/rules',
  },
  'a rule set that nobody bypasses': {
    make: ({ github }) => {
      github.switches.protectedBranches.set('main', protections.rules)
      github.switches.bypass = 'never'
    },
    exitCode: 3,
    fault: ['github rules'],
    says: 'put the user of the token on the bypass list',
  },
  'a rule set that the mirror may bypass': {
    make: ({ github }) => {
      github.switches.protectedBranches.set('main', protections.rules)
      github.switches.bypass = 'always'
    },
    exitCode: 0,
    says: "update, which GITHUB_TOKEN's user may bypass",
  },
  'an archived repository': {
    make: ({ github }) => {
      github.switches.archived = true
    },
    exitCode: 3,
    fault: ['github repository'],
    unknown: ['github write', 'github lfs', 'both run'],
    says: 'it is archived',
    link: 'https://github.com/acme/corpus/settings',
  },
  'LFS that is switched off, where only texts travel': {
    make: ({ github }) => {
      github.switches.lfsRefusal = lfsRefusals.disabled
    },
    exitCode: 0,
    warning: ['github lfs'],
    unknown: ['github write'],
    says: 'Switch LFS on',
  },
  'an LFS budget that is used up, with an object on its way there': {
    make: (pair) => {
      act(pair, 'github', { 'README.md': null, 'a.txt': null })
      pair.github.refs.clear()
      act(pair, 'huggingface', { '.gitattributes': '*.bin filter=lfs -text\n', 'a.bin': { lfs: Buffer.from('data') } })
      pair.github.switches.lfsRefusal = lfsRefusals.budget
    },
    exitCode: 3,
    fault: ['github lfs'],
    unknown: ['github write'],
    says: '--lfs huggingface',
  },
  'LFS that is switched off, and not needed': {
    make: ({ github }) => {
      github.switches.lfsRefusal = lfsRefusals.disabled
    },
    argv: ['--lfs', 'huggingface'],
    exitCode: 0,
    unknown: ['github write'],
    says: 'not used: --lfs',
  },
  'a name that the Hub refuses': {
    make: (pair) => act(pair, 'github', { 'a\\.git': 'x\n' }),
    exitCode: 3,
    fault: ['both files'],
    says: 'Hugging Face takes in no path',
  },
  'a card that the Hub refuses': {
    make: (pair) => act(pair, 'github', { 'README.md': '---\nlicense: [\n---\n' }),
    exitCode: 3,
    fault: ['both files'],
    says: 'metadata that Hugging Face refuses',
  },
  'a private repository beside a public one': {
    make: () => {},
    options: { github: { private: true } },
    exitCode: 3,
    fault: ['both visibility'],
    says: 'if it is meant, run with --allow-public',
  },
  'a private repository that is to become public on purpose': {
    make: () => {},
    options: { github: { private: true } },
    argv: ['--allow-public'],
    exitCode: 0,
    warning: ['both visibility'],
    says: 'once they are mirrored',
  },
  'a gated repository whose conditions were accepted': {
    make: ({ huggingface }) => {
      huggingface.switches.gated = 'auto'
    },
    exitCode: 0,
    warning: ['both visibility'],
    says: 'has been let in',
  },
  'a gated repository that lets nobody in': {
    make: ({ huggingface }) => Object.assign(huggingface.switches, { gated: 'manual', letIn: false }),
    exitCode: 4,
    fault: ['huggingface repository'],
    warning: ['both visibility'],
    unknown: ['both run'],
    says: 'accept its conditions',
    link: 'https://huggingface.co/datasets/acme/corpus',
  },
  'Actions that are switched off': {
    make: ({ github }) => {
      github.switches.actions = { enabled: false }
    },
    exitCode: 0,
    warning: ['github actions'],
    says: 'a workflow would not run',
    link: 'https://github.com/acme/corpus/settings/actions',
  },
  'Actions that allow those of the repository alone': {
    make: ({ github }) => {
      github.switches.actions = { enabled: true, allowed_actions: 'local_only' }
    },
    exitCode: 0,
    warning: ['github actions'],
    says: 'actions/checkout',
  },
  'Actions of which this token is not told': {
    make: ({ github }) => {
      github.switches.actions = null
    },
    exitCode: 0,
    unknown: ['github actions'],
    says: 'told to administrators alone',
  },
  'a server that counts no requests': {
    make: ({ github }) => {
      github.switches.tellsLimits = false
    },
    exitCode: 0,
    unknown: ['github limits'],
    says: 'does not tell how many requests are left',
  },
  'different files on both': {
    make: (pair) => act(pair, 'huggingface', { 'a.txt': 'b\n' }),
    exitCode: 3,
    fault: ['both run'],
    says: '--init union',
  },
  'a conflict': {
    make: (pair) => act(pair, 'huggingface', { 'a.txt': 'b\n' }),
    argv: ['--init', 'union'],
    exitCode: 2,
    fault: ['both run'],
    says: '1 conflict that somebody has to settle',
  },
}
