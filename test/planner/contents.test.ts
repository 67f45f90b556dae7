/** What was read on one side is known by its id, and is not asked of the other side. */
import { expect, test } from 'vitest'
import { sides } from '../../lib/model/sides.ts'
import { startPair } from '../hubs/pair.ts'
import { act, beginMirror, text } from '../run/mirror-setup.ts'

test('rules that both sides had in common are read on one of them', async () => {
  const pair = await beginMirror(startPair(), { '.gitattributes': '*.zip filter=lfs -text\n', 'a.txt': 'a\n' })
  // The Hub's own rules travelled nowhere: now both have the same file.
  for (const side of sides) act(pair, side, { '.gitattributes': '*.zip filter=lfs -text\n' }, 'The same rules')
  expect((await pair.run()).exitCode).toBe(0)
  act(pair, 'huggingface', {
    '.gitattributes': `${text(pair, 'huggingface', '.gitattributes')}*.bin filter=lfs -text\n`,
  })
  const ran = await pair.run('--dry-run')
  expect([ran.exitCode, ran.out]).toEqual([0, expect.stringContaining('.gitattributes')])
  // The new rules; what they were came with GitHub's answer.
  expect(ran.log.filter((line) => line.includes('/raw/'))).toHaveLength(1)
})
