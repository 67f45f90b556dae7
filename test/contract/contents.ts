/** The contract on bytes: of plain files, and of LFS objects. */
import { expect, it } from 'vitest'
import { IntegrityError, RemoteError } from '../../lib/model/errors.ts'
import type { Upload } from '../../lib/model/upload.ts'
import { laterObject, names, object, texts } from './files.ts'
import { readBytes, type Scene } from './scene.ts'
import { objectOf, streamOf } from './writer.ts'

/** An object of this run alone, so that no earlier run can have sent it. */
function ownObject({ connection: { scratch }, dates }: Scene, name: string): Buffer {
  return Buffer.from(`${scratch} ${dates.first} ${name}\0`.repeat(40))
}

function countedUpload(content: Buffer, sent = content): { upload: Upload; opened: () => number } {
  let count = 0
  const open = () => {
    count += 1
    return Promise.resolve(streamOf(sent))
  }
  return { upload: { object: objectOf(content), open }, opened: () => count }
}

async function readPlain({ connect, first, at }: Scene, path: string): Promise<Buffer> {
  const remote = connect()
  const entry = (await remote.readEntries(first, [at(path)])).get(at(path))
  return Buffer.from(await remote.readContent(first, at(path), entry!))
}

export function describeContents(scene: () => Scene): void {
  it.each(Object.entries(texts))('gives back %s to the byte', async (path, text) => {
    expect(JSON.stringify((await readPlain(scene(), path)).toString('utf8'))).toBe(JSON.stringify(text))
    expect(await readPlain(scene(), path)).toEqual(Buffer.from(text))
  })

  it('gives back files of every name', async () => {
    const found = await Promise.all(names.map(async (name) => (await readPlain(scene(), name)).toString('utf8')))
    expect(found).toEqual(names.map((name) => `${name}\n`))
  })

  it('gives back bytes that are no text, however they are stored', async () => {
    const {
      connect,
      first,
      at,
      connection: { traits },
    } = scene()
    const remote = connect()
    const entry = (await remote.readEntries(first, [at('bytes.csv')])).get(at('bytes.csv'))!
    expect(entry.lfs === null).toBe(traits.plainBytes)
    const content = entry.lfs
      ? await readBytes(await remote.openObject(entry.lfs))
      : await remote.readContent(first, at('bytes.csv'), entry)
    expect(Buffer.from(content).toString('latin1')).toBe('l\u00e9\n\u00ff\0\n')
  })

  it('gives no bytes for an id that they do not have', async () => {
    const { connect, first, at, expectFailure } = scene()
    await expectFailure(
      async () => connect().readContent(first, at('text.txt'), { mode: '100644', oid: 'deadbeef'.repeat(5) }),
      IntegrityError,
      RemoteError,
    )
  })

  it('opens objects, each with its own bytes', async () => {
    const remote = scene().connect()
    for (const content of [object, laterObject])
      expect((await readBytes(await remote.openObject(objectOf(content)))).equals(content)).toBe(true)
  })

  it('opens no object that is not there, whether it was located or not', async () => {
    const { connect, expectFailure } = scene()
    const never = objectOf(ownObject(scene(), 'never sent'))
    await expectFailure(() => connect().openObject(never), RemoteError)
    const remote = connect()
    await remote.locateObjects([never, objectOf(object)])
    await expectFailure(() => remote.openObject(never), RemoteError)
    expect((await readBytes(await remote.openObject(objectOf(object)))).equals(object)).toBe(true)
  })

  it('tells which objects are missing, each once', async () => {
    const remote = scene().connect()
    const missing = objectOf(ownObject(scene(), 'missing'))
    expect(await remote.readMissing([objectOf(object), missing, objectOf(laterObject), missing])).toEqual([missing])
    expect(await remote.readMissing([objectOf(object)])).toEqual([])
    expect(await remote.readMissing([])).toEqual([])
  })

  it('brings the objects that are missing, and does not open those that are there', async () => {
    const { connect } = scene()
    const content = ownObject(scene(), 'uploaded')
    const [fresh, known] = [countedUpload(content), countedUpload(object)]
    expect(await connect().uploadObjects([fresh.upload, known.upload])).toEqual([objectOf(content)])
    expect([fresh.opened(), known.opened()]).toEqual([1, 0])
    expect(await connect().readMissing([objectOf(content)])).toEqual([])
    expect(await connect().uploadObjects([fresh.upload, known.upload])).toEqual([])
    expect(fresh.opened()).toBe(1)
    expect((await readBytes(await connect().openObject(objectOf(content)))).equals(content)).toBe(true)
  })

  it.each([
    ['other bytes of the same length', (content: Buffer) => Buffer.concat([content.subarray(0, -1), Buffer.from('!')])],
    ['fewer bytes', (content: Buffer) => content.subarray(0, -1)],
    ['more bytes', (content: Buffer) => Buffer.concat([content, Buffer.from('!')])],
  ])("refuses %s than the object's, and does not have it then", async (name, spoil) => {
    const { connect, expectFailure } = scene()
    const content = ownObject(scene(), name)
    await expectFailure(() => connect().uploadObjects([countedUpload(content, spoil(content)).upload]), IntegrityError)
    expect(await connect().readMissing([objectOf(content)])).toEqual([objectOf(content)])
  })
}
