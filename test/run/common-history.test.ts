/** The judge of random worlds is judged: runs that somebody made up, right ones and wrong ones. */
import { expect, test } from 'vitest'
import { sides, type Sides } from '../../lib/model/sides.ts'
import { hasGit } from '../git-judge.ts'
import { startPair } from '../hubs/pair.ts'
import { CommonHistory } from './common-history.ts'
import { commitTo, type Texts } from './git-users.ts'
import { judgeRun, type Judged } from './judge-run.ts'
import { Ledger } from './ledger.ts'

/** Both sides were mirrored once, and have moved since. */
async function start(edits: Sides<Texts>) {
  const pair = startPair()
  const ledger = new Ledger(pair)
  const act = (side: 'github' | 'huggingface', files: Texts) => ledger.learn(side, commitTo(pair, side, 'main', files))
  for (const side of sides) if (pair[side].head('main')) ledger.learn(side, ledger.head(side, 'main'))
  act('github', { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
  expect((await pair.run()).exitCode).toBe(0)
  ledger.learnWritten()
  for (const side of sides) act(side, edits[side])
  return { ledger, act }
}

const judge = (ledger: Ledger, run: Partial<Judged>, write: () => void) => {
  const history = new CommonHistory(ledger)
  const stood = ledger.heads('main')
  write()
  const now = ledger.heads('main')
  judgeRun(ledger, history, { what: 'run', stood, now, exitCode: 0, isDone: true, take: null, began: null, ...run })
  history.settle()
}

test.skipIf(!hasGit)('what git makes of both heads passes, and anything else on either side does not', async () => {
  const edits = { github: { 'a.txt': 'on GitHub\n', 'b.txt': null }, huggingface: { 'c.txt': 'on the Hub\n' } }
  const wrong: Texts[] = [
    { 'c.txt': 'c\n' },
    { 'a.txt': 'a\n' },
    { 'b.txt': 'b\n' },
    { 'a.txt': null },
    { 'd/e.txt': 'new\n' },
  ]
  for (const mistake of [{}, ...wrong]) {
    const { ledger, act } = await start(edits)
    const run = () =>
      judge(ledger, {}, () => {
        for (const side of sides) act(side, { ...edits.github, ...edits.huggingface, ...mistake })
      })
    if (wrong.includes(mistake)) expect(run).toThrow(/is .* \(is, may be/)
    else expect(run).not.toThrow()
  }
})

test.skipIf(!hasGit)(
  'a conflict is to be told where git has one, and nowhere else, and is settled by nobody but who was asked',
  async () => {
    const edits = { github: { 'a.txt': 'on GitHub\n' }, huggingface: { 'a.txt': null } }
    const { ledger, act } = await start(edits)
    const tell = (run: Partial<Judged>) => () => judge(ledger, run, () => {})
    expect(tell({ exitCode: 2, isDone: false })).not.toThrow()
    expect(() => judge(ledger, { take: 'github' }, () => act('huggingface', edits.github))).not.toThrow()
    expect(tell({ exitCode: 2, isDone: false })).toThrow('a conflict where git has none')
    const again = await start(edits)
    expect(() => judge(again.ledger, {}, () => again.act('huggingface', edits.github))).toThrow(/open/)
  },
)
