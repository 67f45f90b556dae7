/** A run that meets a person, who does one thing, or two. */
import type { Side } from '../../lib/model/sides.ts'
import { commits, ran, type Scenario } from '../faults/scenario.ts'
import { storeOf } from '../faults/state.ts'
import { mergePull, readPulls } from '../hubs/github-pulls.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import { bob, type Files } from '../run/mirror-setup.ts'
import { lines } from '../run/moved-world.ts'
import type { Act } from './gate.ts'
import type { Meeting } from './meeting.ts'
import {
  conflict,
  first,
  moved,
  placeOf,
  textOfGithub,
  textOfHub,
  threeOfGithub,
  threeOfHub,
  undoable,
} from './places.ts'

/** A commit that has the same date whenever it is made. */
const write = (side: Side, files: Files, message: string): Act => ({
  name: `${message} on ${side}`,
  act: (pair) => {
    if (side === 'github') pair.github.commit('main', { files, message, author: bob, date: bob.date })
    else pair.huggingface.commit('main', { files, message, user: 'alice', date: new Date(bob.date) })
  },
})

/** The newest commit of a side that is no copy is taken back, with all that stands on it. */
const takeBack = (side: Side): Act => ({
  name: `take the last edit of ${side} back`,
  act: (pair) => {
    const store = storeOf(pair, side)
    const isEdit = ({ message }: { readonly message: string }) => /^Edit(?!.*Mirrored-From)/s.test(message)
    const edit = store
      .readLog(pair[side].head('main')!)
      .map((oid) => store.readCommit(oid))
      .find(isEdit)
    if (!edit) return false
    const [before] = edit.parents
    if (before === undefined) return false
    if (side === 'github') pair.github.forcePush('main', before)
    else pair.huggingface.gitPush('main', before)
  },
})

const meet = (scenario: Scenario, ...acts: readonly Act[]): Meeting => {
  const argv = scenario.argv ?? []
  const name = `${acts.map((act) => act.name).join(', then ')}: ${scenario.name}`
  return { name, scenario, actors: [{ argv }, { acts }], clean: argv }
}

export const another = (side: Side) => write(side, { [`w-${side}.txt`]: 'w\n' }, 'Write another file')
/** Changes a line that nobody else changes. */
const line = (side: Side) =>
  write(
    side,
    { 'README.md': lines(side === 'github' ? { 3: 'on GitHub', 9: 'by carol' } : { 15: 'on the Hub', 9: 'by carol' }) },
    'Write a line',
  )
const remove = (side: Side) => write(side, { 'b.txt': null }, 'Delete a file')

const objectOfGithub = placeOf('an object of GitHub, changed, and a new one')
const objectOfHub = placeOf('an object of the Hub, changed, and a new one')
const proposed = placeOf('--pull-request github, kept up to date')
const proposedOnHub: Scenario = {
  name: '--pull-request huggingface, kept up to date',
  begin: async () => {
    const pair = await placeOf('--pull-request huggingface').begin()
    commits({ github: [{ 'new.txt': 'new\n' }] })(pair)
    return ran(pair, '--pull-request', 'huggingface')
  },
  change: commits({ github: [{ 'newer.txt': 'newer\n' }] }),
  argv: ['--pull-request', 'huggingface'],
}
const branch = placeOf('three branches')
const tags = placeOf('--tags: new and deleted ones of both sides')
const undo = placeOf('--undo of a merge')
const firstToGithub = placeOf('an empty GitHub repository takes a file')
const pushed = placeOf('pictures of the Hub become plain files on GitHub, pushed together')

const closePull: Act = {
  name: 'close the pull request on github',
  act: (pair) => {
    const open = readPulls(pair.github.repository).find(({ state }) => state === 'open')
    if (!open) return false
    open.state = 'closed'
  },
}
const mergeOpen: Act = {
  name: 'merge the pull request on github',
  act: (pair) => {
    const open = readPulls(pair.github.repository).find(({ state }) => state === 'open')
    if (!open) return false
    mergePull(pair.github.repository, open.number, 'squash')
  },
}
const deletePullBranch: Act = {
  name: 'delete the branch of the pull request on github',
  act: (pair) => pair.github.forcePush('mirror/datasets/acme/corpus', null),
}
const closeHubPull: Act = {
  name: 'close the pull request on the Hub',
  act: (pair) => {
    const open = pair.huggingface.repository.pulls.find(({ status }) => status === 'open')
    if (!open) return false
    open.status = 'closed'
  },
}
const mergeHubOpen: Act = {
  name: 'merge the pull request on the Hub',
  act: (pair) => {
    const open = pair.huggingface.repository.pulls.find(({ status }) => status === 'open')
    if (!open) return false
    mergeHubPull(pair.huggingface.repository, open.num)
  },
}
const deleteBranch = (side: Side): Act => ({
  name: `delete the branch dev of ${side}`,
  act: (pair) => (side === 'github' ? pair.github.forcePush('dev', null) : pair.huggingface.gitPush('dev', null)),
})
const tag = (side: Side, name: string, isDeleted = false): Act => ({
  name: `${isDeleted ? 'delete' : 'make'} the tag ${name} on ${side}`,
  act: (pair) => pair[side].tag(name, isDeleted ? null : pair[side].head('main')),
})

const each = (scenario: Scenario, ...acts: readonly Act[]) => acts.map((act) => meet(scenario, act))

/** A person does one thing, at any place. */
export const once: readonly Meeting[] = [
  ...each(textOfGithub, another('github'), another('huggingface'), remove('github'), takeBack('github')),
  ...each(textOfHub, another('github'), another('huggingface'), remove('huggingface'), takeBack('huggingface')),
  ...each(
    moved,
    another('github'),
    another('huggingface'),
    line('github'),
    line('huggingface'),
    takeBack('github'),
    takeBack('huggingface'),
  ),
  ...each(
    conflict,
    write('github', { 'b.txt': 'H\n' }, 'Give in'),
    write('huggingface', { 'b.txt': 'G\n' }, 'Give in'),
  ),
  ...each(
    objectOfGithub,
    another('github'),
    another('huggingface'),
    write('github', { 'c.parquet': null }, 'Delete the object'),
  ),
  ...each(
    objectOfHub,
    another('github'),
    another('huggingface'),
    write('huggingface', { 'c.parquet': null }, 'Delete the object'),
  ),
  ...each(threeOfHub, another('github'), another('huggingface'), takeBack('huggingface')),
  ...each(threeOfGithub, another('github'), another('huggingface'), takeBack('github')),
  ...each(first, another('github'), another('huggingface')),
  ...each(firstToGithub, another('huggingface')),
  ...each(pushed, another('github'), another('huggingface')),
  ...each(proposed, another('github'), another('huggingface'), closePull, mergeOpen, deletePullBranch),
  ...each(proposedOnHub, another('github'), another('huggingface'), closeHubPull, mergeHubOpen),
  ...each(undo, another('github'), another('huggingface')),
  ...each(branch, deleteBranch('github'), deleteBranch('huggingface'), another('github')),
  ...each(tags, tag('github', 'w'), tag('huggingface', 'w'), tag('github', 'v3', true), tag('huggingface', 'v4', true)),
]

/** A person does two things, at any two places. */
export const twice: readonly Meeting[] = [
  meet(textOfGithub, another('github'), another('huggingface')),
  meet(textOfHub, another('huggingface'), another('github')),
  meet(textOfGithub, another('huggingface'), takeBack('github')),
  meet(textOfHub, another('github'), takeBack('huggingface')),
  meet(moved, another('github'), another('huggingface')),
  meet(moved, line('huggingface'), another('github')),
]

const crowd = (
  scenario: Scenario,
  [a, b]: readonly [readonly string[], readonly string[]],
  act: Act,
  clean = a,
): Meeting => ({
  name: `${['run', ...a].join(' ')}, ${['run', ...b].join(' ')} and ${act.name}: ${scenario.name}`,
  scenario,
  actors: [{ argv: a }, { argv: b }, { acts: [act] }],
  clean,
})
const plain: readonly [readonly string[], readonly string[]] = [[], []]
const propose = ['--pull-request', 'github']
const proposeToHub = ['--pull-request', 'huggingface']

/** Two runs and a person, in any order at random. */
export const crowds: readonly Meeting[] = [
  crowd(moved, plain, another('huggingface')),
  crowd(moved, plain, another('github')),
  crowd(moved, plain, line('huggingface')),
  crowd(textOfGithub, plain, takeBack('github')),
  crowd(textOfHub, plain, takeBack('huggingface')),
  crowd(threeOfHub, plain, another('github')),
  crowd(threeOfGithub, plain, another('huggingface')),
  crowd(objectOfGithub, plain, another('huggingface')),
  crowd(first, plain, another('github')),
  crowd(conflict, plain, write('github', { 'b.txt': 'H\n' }, 'Give in')),
  crowd(proposed, [propose, propose], mergeOpen),
  crowd(proposed, [propose, propose], closePull),
  crowd(proposedOnHub, [proposeToHub, proposeToHub], mergeHubOpen),
  crowd(undoable('huggingface'), [[], ['--undo']], another('huggingface')),
  crowd(tags, [['--tags'], ['--tags']], tag('github', 'v3', true)),
]
