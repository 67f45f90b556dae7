/** Histories that people and the mirror make together, drawn at random. */
import fc from '../random.ts'

/**
 * What people and the mirror do, one letter each: `g`, `h` a commit on GitHub, on the Hub; `b` a commit on a branch
 * from an older GitHub commit, merged; `m` a run of the mirror; `x` one that dies between the two sides; `p` one that
 * dies in the middle of a split Hub commit; `c` a cherry-pick of an older copy.
 */
export type Step = 'g' | 'h' | 'b' | 'm' | 'x' | 'p' | 'c'

export interface Drawn {
  readonly github: string
  readonly huggingface: string
  readonly base: string
}

/** The drawn histories, and the sync point that the mirror's own records say is the latest. */
function play(steps: readonly Step[], numbers: readonly number[]): Drawn {
  const github = ['G0']
  const huggingface = ['H0~G0']
  const firstParent = ['G0']
  let [head, hub, synced] = ['G0', 'H0', { github: 'G0', huggingface: 'H0' }]
  let names = 0
  const commit = (text: string) => {
    github.push(text)
    return (head = /^[^<]+/.exec(text)![0])
  }
  const user = () => firstParent.push(commit(`G${++names}<${head}`))
  steps.forEach((step, index) => {
    const old = firstParent[numbers[index]! % firstParent.length]!
    if (step === 'g') user()
    if (step === 'h') huggingface.push((hub = `H${++names}`))
    if (step === 'b') {
      const [branch, main] = [`B${++names}`, head]
      commit(`${branch}<${old}`)
      firstParent.push(commit(`J${names}<${main},${branch}`))
    }
    if (step === 'c')
      firstParent.push(
        commit(`G${++names}<${head}~!${huggingface[numbers[index]! % huggingface.length]!.replace(/[~%].*/, '')}`),
      )
    if (step !== 'm' && step !== 'x' && step !== 'p') return
    const moved = { github: head !== synced.github, huggingface: hub !== synced.huggingface }
    if (moved.huggingface && !moved.github) {
      firstParent.push(commit(`C${++names}<${head}~${hub}`))
      synced = { github: head, huggingface: hub }
    } else if (moved.huggingface) {
      const [copy, main] = [`C${++names}`, head]
      commit(`${copy}<${synced.github}~${hub}`)
      firstParent.push(commit(`M${names}<${main},${copy}`))
      synced = { github: copy, huggingface: hub }
    }
    if (!moved.github || step === 'x') return
    huggingface.push(step === 'm' ? `H${++names}~${head}` : `H${++names}%${head}`)
    hub = `H${names}`
    if (step === 'm') synced = { github: head, huggingface: hub }
  })
  return {
    github: github.join(' '),
    huggingface: huggingface.join(' '),
    base: `${synced.github} ${synced.huggingface}`,
  }
}

export const step: fc.Arbitrary<Step> = fc.constantFrom('g', 'g', 'h', 'h', 'b', 'm', 'm', 'x')
export const drawn = (steps: fc.Arbitrary<Step>) =>
  fc
    .tuple(fc.array(steps, { maxLength: 25 }), fc.array(fc.nat(), { minLength: 25, maxLength: 25 }))
    .map(([all, numbers]) => play(all, numbers))
