/**
 * The contract of `lib/model/remote.ts`, a test for each of its sentences: what any remote must do, on any service.
 * Runs in a repository that holds files already, and touches only a folder, branches and tags of its own there, which it
 * deletes in the end. `contract-connection.ts` says what a service brings along, `contract-scene.ts` what the tests
 * find.
 */
import { afterAll, beforeAll, describe } from 'vitest'
import { describeChanges } from './changes.ts'
import type { Connection } from './connection.ts'
import { describeContents } from './contents.ts'
import { describeHistory } from './history.ts'
import { describeRefusals } from './refusals.ts'
import { openScene, type Scene } from './scene.ts'
import { describeTags } from './tags.ts'
import { describeWrites } from './writes.ts'

/** `more`: what can be asked of this connection alone. */
export function describeRemote(
  name: string,
  connect: () => Promise<Connection>,
  more: (scene: () => Scene) => void = () => {},
): void {
  describe(name, () => {
    let connection: Connection | null = null
    let opened: Scene | null = null
    const scene = () => opened!
    beforeAll(async () => {
      connection = await connect()
      opened = await openScene(connection)
    })
    afterAll(async () => {
      try {
        await opened?.clear()
      } finally {
        await connection?.close()
      }
    })
    describeHistory(scene)
    describeContents(scene)
    describeChanges(scene)
    describeWrites(scene)
    describeRefusals(scene)
    describeTags(scene)
    more(scene)
  })
}
