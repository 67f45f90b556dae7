/** Rules that a commit of the Hub's holds otherwise than they were sent: what is said works. */
import { expect, test } from 'vitest'
import { act, expectInSync, startMirrored, text } from './mirror-setup.ts'

test('rules that the Hub stored otherwise are named, and a person puts them right', async () => {
  const rules = '*.bin filter=lfs diff=lfs merge=lfs -text\n'
  const pair = await startMirrored({ 'a.txt': 'a\n', '.gitattributes': rules })
  act(pair, 'github', { '.gitattributes': `${rules}*.csv -text\n`, 'a.txt': 'A\n' }, 'Add a rule')
  pair.huggingface.switches.stores = { how: 'other bytes' }
  const { exitCode, err } = await pair.run()
  pair.huggingface.switches.stores = null
  expect([exitCode, err]).toEqual([
    1,
    expect.stringMatching(
      /".gitattributes" has the line "!", which was not sent. Rules are each side's own, .* change .gitattributes on Hugging Face by hand, then run again\n.* in part \([0-9a-f]{7}\)\. No later run puts that right by itself\n$/,
    ),
  ])
  const stored = text(pair, 'huggingface', '.gitattributes')
  expect(stored).toMatch(/\*\.csv -text\n!$/)
  act(pair, 'huggingface', { '.gitattributes': stored!.slice(0, -1) }, 'Put the rules right')
  expect((await pair.run()).exitCode).toBe(0)
  expect(text(pair, 'github', '.gitattributes')).toBe(`${rules}*.csv -text\n`)
  expect(text(pair, 'huggingface', '.gitattributes')).toBe(stored!.slice(0, -1))
  await expectInSync(pair)
})
