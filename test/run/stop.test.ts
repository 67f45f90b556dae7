/** Ctrl-C, on a process of its own. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { servePair } from '../hubs/pair.ts'
import { act, contents, expectInSync, heads } from './mirror-setup.ts'

const command = fileURLToPath(new URL('../../sync.ts', import.meta.url))

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s in the middle of an upload ends the run at once, writes nothing, and the next run goes on',
  async (signal) => {
    const pair = await servePair()
    act(pair, 'huggingface', { 'a.parquet': { lfs: Buffer.alloc(3_000_000, 'parquet\0') }, 'b.txt': 'b\n' })
    const before = heads(pair)
    // The storage takes the bytes and never answers.
    let arrived = () => {}
    const uploading = new Promise<void>((resolve) => {
      arrived = resolve
    })
    pair.storages.github.hub.faults.push({
      on: ({ method }) => method === 'PUT',
      when: 'before',
      act: () => {
        arrived()
        return new Promise<void>(() => {})
      },
    })
    const child = spawn(process.execPath, ['--import', 'tsx', command], {
      env: { ...process.env, ...pair.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    const ended = new Promise<number | null>((resolve) => {
      child.on('exit', (code) => resolve(code))
    })
    await uploading
    child.kill(signal)
    expect([await ended, err]).toEqual([130, expect.stringContaining(`Stopped by ${signal}. Run again`)])
    expect(heads(pair)).toEqual(before)
    pair.storages.github.hub.faults.length = 0
    const again = await pair.run()
    expect(again.exitCode, again.out + again.err).toBe(0)
    expect(Object.keys(contents(pair, 'github'))).toContain('a.parquet')
    await expectInSync(pair)
    await pair.close()
  },
)
