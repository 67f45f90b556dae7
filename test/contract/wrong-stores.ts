/** The contract on services that store something else than they were sent, which only fakes can be told to do. */
import { it } from 'vitest'
import { IntegrityError } from '../../lib/model/errors.ts'
import { misstorings } from '../hubs/misstore.ts'
import type { Scene } from './scene.ts'

export function describeWrongStores(scene: () => Scene): void {
  it('is content with no commit that holds something else than was sent', async () => {
    const {
      write,
      compose,
      connect,
      head,
      readHead,
      at,
      expectFailure,
      connection: { misstores },
    } = scene()
    await write({ 'wrong/deep/text.txt': 'before\n', 'wrong/keep.txt': 'kept\n' })
    const path = at('wrong/deep/text.txt')
    const how = misstorings.filter(
      (one) => one !== 'another size' && (misstores!.compares || !['another mode', 'others deleted'].includes(one)),
    )
    for (const [index, one] of how.entries()) {
      misstores!.set({ how: one, of: (written) => written === path })
      try {
        await expectFailure(
          async () =>
            (await connect().prepare([compose({ 'wrong/deep/text.txt': `sent ${index}\n` })], head())).publish(),
          IntegrityError,
        )
      } finally {
        misstores!.set(null)
        await readHead()
      }
    }
    await write({ 'wrong/deep/text.txt': 'after\n' })
  })
}
