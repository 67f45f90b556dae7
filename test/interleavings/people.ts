import type { Side } from '../../lib/model/sides.ts'
/** A run that meets a person, who does one thing, or two. */
import type { Scenario } from '../faults/scenario.ts'
import { commits, mirrored, ran, unmirrored } from '../faults/scenario.ts'
import { mergePull, readPulls } from '../hubs/github-pulls.ts'
import { mergeHubPull } from '../hubs/huggingface-pulls.ts'
import { bob, type Files } from '../run/mirror-setup.ts'
import { begin, edits, lines } from '../run/moved-world.ts'
import type { Act } from './gate.ts'
import type { Meeting } from './meeting.ts'
import { conflict, scenarioOf } from './runs.ts'

/** A commit that has the same date whenever it is made. */
const write = (side: Side, files: Files, message: string, branch = 'main'): Act => ({
  name: `${message} on ${side}`,
  act: (pair) => {
    if (side === 'github') pair.github.commit(branch, { files, message, author: bob, date: bob.date })
    else pair.huggingface.commit(branch, { files, message, user: 'alice', date: new Date(bob.date) })
  },
})

/** The newest commit of a side that is no copy is taken back, with all that stands on it. */
const takeBack = (side: Side): Act => ({
  name: `take the last edit of ${side} back`,
  act: (pair) => {
    const store = side === 'github' ? pair.github.store : pair.huggingface.git
    const log = store.readLog(pair[side].head('main')!)
    const own = log.find((oid) => store.readCommit(oid).message.startsWith('Edit'))!
    const before = store.readCommit(own).parents[0]!
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

const moved = scenarioOf('both moved: lines of one file, and files of their own')
const oneText: Scenario = {
  name: 'a text of GitHub',
  begin: mirrored(begin),
  change: commits({ github: [{ 'b.txt': 'B\n' }] }),
}
const oneOfHub: Scenario = {
  name: 'a text of the Hub',
  begin: mirrored(begin),
  change: commits({ huggingface: [{ 'b.txt': 'B\n' }] }),
}
const objectOfGithub = scenarioOf('an object of GitHub, changed, and a new one')
const objectOfHub = scenarioOf('an object of the Hub, changed, and a new one')
const proposed = scenarioOf('--pull-request github, kept up to date')
const proposedOnHub: Scenario = {
  name: '--pull-request huggingface, kept up to date',
  begin: async () => {
    const pair = await scenarioOf('--pull-request huggingface').begin()
    commits({ github: [{ 'new.txt': 'new\n' }] })(pair)
    return ran(pair, '--pull-request', 'huggingface')
  },
  change: commits({ github: [{ 'newer.txt': 'newer\n' }] }),
  argv: ['--pull-request', 'huggingface'],
}
const branch = scenarioOf('three branches')
const tags = scenarioOf('--tags: new and deleted ones of both sides')
const undo = scenarioOf('--undo of a merge')
const replay: Scenario = {
  name: 'three commits of the Hub',
  begin: mirrored(begin),
  change: commits({ huggingface: [{ '1.txt': '1\n' }, { '2.txt': '2\n' }, { '1.txt': null, '3.txt': '3\n' }] }),
}
const replayOfGithub: Scenario = {
  name: 'three commits of GitHub',
  begin: mirrored(begin),
  change: commits({ github: [{ '1.txt': '1\n' }, { '2.txt': '2\n' }, { '1.txt': null, '3.txt': '3\n' }] }),
}
const first: Scenario = { name: 'a first run to the Hub', begin: unmirrored({ github: begin }) }
const firstToGithub = scenarioOf('an empty GitHub repository takes a file')
const pushed = scenarioOf('pictures of the Hub become plain files on GitHub, pushed together')

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
  ...each(oneText, another('github'), another('huggingface'), remove('github'), takeBack('github')),
  ...each(oneOfHub, another('github'), another('huggingface'), remove('huggingface'), takeBack('huggingface')),
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
  ...each(replay, another('github'), another('huggingface'), takeBack('huggingface')),
  ...each(replayOfGithub, another('github'), another('huggingface'), takeBack('github')),
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
  meet(oneText, another('github'), another('huggingface')),
  meet(oneOfHub, another('huggingface'), another('github')),
  meet(oneText, another('huggingface'), takeBack('github')),
  meet(oneOfHub, another('github'), takeBack('huggingface')),
  meet(moved, another('github'), another('huggingface')),
  meet(moved, line('huggingface'), another('github')),
]
void edits

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
  crowd(oneText, plain, takeBack('github')),
  crowd(oneOfHub, plain, takeBack('huggingface')),
  crowd(replay, plain, another('github')),
  crowd(replayOfGithub, plain, another('huggingface')),
  crowd(objectOfGithub, plain, another('huggingface')),
  crowd(first, plain, another('github')),
  crowd(conflict, plain, write('github', { 'b.txt': 'H\n' }, 'Give in')),
  crowd(proposed, [propose, propose], mergeOpen),
  crowd(proposed, [propose, propose], closePull),
  crowd(proposedOnHub, [proposeToHub, proposeToHub], mergeHubOpen),
  crowd(undo, [[], ['--undo']], another('huggingface')),
  crowd(tags, [['--tags'], ['--tags']], tag('github', 'v3', true)),
]
