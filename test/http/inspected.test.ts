/** What a debugger, a log or a crash shows of what holds tokens: remotes, and the errors that they throw. */
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { Remote } from '../../lib/model/remote.ts'
import { sides, type Side } from '../../lib/model/sides.ts'
import { openConnections } from '../contract/connection.ts'
import { findLeaks } from '../faults/canaries.ts'
import { startPair, tokens, type Pair } from '../hubs/pair.ts'
import { act, startMirrored } from '../run/mirror-setup.ts'

const secrets = [...Object.values(tokens), 'Signature=']

/** In every form in which somebody may write it down. */
const show = (value: unknown): string =>
  [
    inspect(value, { depth: Infinity, showHidden: true, getters: true, maxArrayLength: null, maxStringLength: null }),
    String(value),
    JSON.stringify(value),
    value instanceof Error ? [value.stack, inspect(value.cause, { depth: Infinity, showHidden: true })].join('\n') : '',
  ].join('\n')

const object = { oid: 'a'.repeat(64), byteLength: 5, path: 'a.bin' }
const calls: Readonly<Record<string, (remote: Remote, head: string) => Promise<unknown>>> = {
  'the history': (remote) => remote.readHistory(),
  'the head': (remote) => remote.readHead(),
  'changes': (remote, head) => remote.readChanges(null, head, () => true),
  'entries': (remote, head) => remote.readEntries(head, ['a.txt', 'd/b.bin']),
  'whether it may write': (remote) => remote.checkWrite(),
  'an object': async (remote) => {
    for await (const _ of await remote.openObject(object, 0));
  },
  'an upload': (remote) =>
    remote.uploadObjects([{ object, open: async () => ReadableStream.from([Buffer.from('12345')]) }]),
  'a commit': async (remote, head) => {
    const commit = {
      parents: [{ oid: head }],
      title: 'A',
      body: '',
      author: null,
      date: '2026-01-01T00:00:00Z',
      copyOf: null,
      edits: [{ path: 'a.txt', file: null }],
      marks: [],
    }
    await (await remote.prepare([commit as never], head)).publish()
  },
}

/** What goes wrong with each request: the service repeats what it was sent, or sends nothing. */
const faults: Readonly<Record<string, (pair: Pair, side: Side) => void>> = {
  'a refusal that repeats the token': (pair, side) => {
    for (const status of [401])
      pair[side].faults.push({
        on: () => true,
        when: 'before',
        times: Infinity,
        act: { status, body: JSON.stringify({ message: `Bad ${tokens[side]}`, error: `Bad Bearer ${tokens[side]}` }) },
      })
  },
  'a page that repeats it': (pair, side) => {
    pair[side].faults.push({
      on: () => true,
      when: 'before',
      times: Infinity,
      act: { status: 422, body: `<html>authorization: Bearer ${tokens[side]}</html>` },
    })
  },
  'a broken connection': (pair, side) => {
    pair[side].faults.push({ on: () => true, when: 'before', times: Infinity, act: 'drop' })
  },
}

test.each(Object.keys(faults))(
  'no error of a remote shows a token, however it is looked at: after %s',
  async (fault) => {
    const pair = await startMirrored({ 'a.txt': 'a\n', 'd/b.bin': { lfs: Buffer.alloc(300, 'b') } })
    act(pair, 'github', { 'c.txt': 'c\n' })
    let thrown = 0
    for (const side of sides) {
      const head = pair[side].head('main')!
      const connection = openConnections(pair.env, 'inspected', pair.network)[side]
      const remote = connection.connect()
      expect(await remote.readHead()).toBe(head)
      faults[fault]!(pair, side)
      for (const [what, call] of Object.entries(calls)) {
        const error: unknown = await call(remote, head).then(
          () => null,
          (reason: unknown) => reason,
        )
        if (error === null) continue
        thrown++
        expect(error, what).toBeInstanceOf(Error)
        expect(findLeaks(show(error), secrets), `${side}, ${what}`).toEqual([])
      }
      pair[side].faults.length = 0
    }
    expect(thrown).toBeGreaterThan(10)
  },
)

test('neither the way to the network nor a remote shows a token, however it is looked at', async () => {
  const pair = startPair()
  act(pair, 'github', { 'a.txt': 'a\n' })
  const connections = openConnections(pair.env, 'inspected', pair.network)
  for (const side of sides) {
    const remote = connections[side].connect()
    await remote.readHead()
    expect(findLeaks(show(remote), secrets), side).toEqual([])
  }
})
