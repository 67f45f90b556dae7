/** One way, proposals, an undo, several branches, tags, and what is written beside the mirror. */
import type { Side } from '../../lib/model/sides.ts'
import { protections } from '../hubs/github-switches.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import { tokens, type Pair } from '../hubs/pair.ts'
import { act, startMirrored } from '../run/mirror-setup.ts'
import { begin, edits } from '../run/moved-world.ts'
import { begun as proposable } from '../run/proposing.ts'
import { log, startTagged } from '../run/tags-setup.ts'
import { commits, mirrored, ran, type Scenario } from './scenario.ts'

const oneWay = (to: Side) => async () => {
  const pair = await startMirrored(begin)
  if (to === 'huggingface') pair.env['GITHUB_TOKEN'] = tokens.githubRead
  else pair.env['HF_TOKEN'] = tokens.huggingfaceRead
  return pair
}
const guarded = async () => {
  const pair = await startMirrored(proposable)
  pair.github.switches.protectedBranches.set('main', protections.pullRequest)
  return pair
}
const merged = async () => {
  const pair = await startMirrored(begin)
  commits({ github: [edits.github], huggingface: [edits.huggingface] })(pair)
  return ran(pair)
}
const three = async (): Promise<Pair> => {
  const pair = await startMirrored(begin)
  for (const name of ['dev', 'data']) {
    pair.github.refs.set(`refs/heads/${name}`, pair.github.head('main')!)
    pair.huggingface.repository.branches.set(name === 'data' ? 'hub-data' : name, pair.huggingface.head('main')!)
  }
  return ran(pair, ...branches)
}
const branches = ['--branch', 'main', '--branch', 'dev', '--branch', 'data=hub-data']

export const ways: readonly Scenario[] = [
  {
    name: '--to huggingface',
    begin: oneWay('huggingface'),
    change: commits({ github: [edits.github] }),
    argv: ['--to', 'huggingface'],
  },
  {
    name: '--to github',
    begin: oneWay('github'),
    change: commits({ huggingface: [edits.huggingface] }),
    argv: ['--to', 'github'],
  },
  {
    name: '--to huggingface --allow-overwrite',
    begin: oneWay('huggingface'),
    change: commits({ github: [edits.github], huggingface: [edits.huggingface] }),
    argv: ['--to', 'huggingface', '--allow-overwrite'],
  },
  {
    name: '--to github --allow-overwrite',
    begin: oneWay('github'),
    change: commits({ github: [edits.github], huggingface: [edits.huggingface] }),
    argv: ['--to', 'github', '--allow-overwrite'],
  },
  {
    name: '--pull-request github',
    begin: guarded,
    change: commits({ huggingface: [{ 'new.txt': 'new\n' }] }),
    argv: ['--pull-request', 'github'],
  },
  {
    name: '--pull-request github, kept up to date',
    begin: async () => {
      const pair = await guarded()
      act(pair, 'huggingface', { 'new.txt': 'new\n' })
      return ran(pair, '--pull-request', 'github')
    },
    change: commits({ huggingface: [{ 'newer.txt': 'newer\n' }] }),
    argv: ['--pull-request', 'github'],
  },
  {
    name: '--pull-request huggingface',
    begin: mirrored(proposable),
    change: commits({ github: [{ 'new.txt': 'new\n' }] }),
    argv: ['--pull-request', 'huggingface'],
  },
  {
    name: '--pull-request huggingface, merged, and another one',
    begin: async () => {
      const pair = await startMirrored(proposable)
      act(pair, 'github', { 'new.txt': 'new\n' })
      await ran(pair, '--pull-request', 'huggingface')
      mergeHubPull(pair.huggingface.repository, 3)
      return pair
    },
    change: commits({ github: [{ 'late.txt': 'late\n' }] }),
    argv: ['--pull-request', 'huggingface'],
  },
  {
    name: '--pull-request both',
    begin: guarded,
    change: commits({ github: [{ 'g.txt': 'g\n' }], huggingface: [{ 'h.txt': 'h\n' }] }),
    argv: ['--pull-request', 'both'],
  },
  {
    name: '--undo of a merge',
    begin: merged,
    change: commits({ github: [{ 'since-g.txt': 'g\n' }], huggingface: [{ 'since-h.txt': 'h\n' }] }),
    argv: ['--undo'],
  },
  { name: '--redo of what was undone', begin: async () => ran(await merged(), '--undo'), argv: ['--redo'] },
  {
    name: 'three branches',
    begin: three,
    change: (pair) => {
      for (const name of ['main', 'dev', 'data'])
        pair.github.commit(name, { message: 'Change', files: { 'a.txt': `${name}\n` } })
      pair.huggingface.commit('dev', { message: 'Change', user: 'alice', files: { 'b.txt': 'hub\n' } })
    },
    argv: branches,
  },
  {
    name: '--tags: new and deleted ones of both sides',
    begin: () => startTagged({}, ['v1', 'v2', 'v3', 'v4']),
    change: (pair) => {
      pair.github.tag('g', log(pair, 'github')[0]!, 'From GitHub\n')
      pair.huggingface.tag('h', log(pair, 'huggingface')[1]!)
      pair.github.tag('v1', null)
      pair.huggingface.tag('v2', null)
    },
    argv: ['--tags'],
  },
  {
    name: '--tags with commits to mirror',
    begin: () => startTagged({}, ['v1']),
    change: (pair) => {
      act(pair, 'huggingface', { 'n.txt': 'n\n' })
      pair.huggingface.tag('v2', log(pair, 'huggingface')[0]!)
    },
    argv: ['--tags'],
  },
]
