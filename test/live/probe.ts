/** A question to a live service, and what came of it. */
import type { Value } from '../hubs/questions.ts'
import type { Scene } from './ask.ts'

/** `values`: by the name of a switch; one that is not there was not answered, and `seen` says why. */
export interface Found {
  readonly values: Readonly<Record<string, Value>>
  readonly seen: string
}

export interface Probe {
  /** The switches that it answers. */
  readonly answers: readonly [string, ...string[]]
  readonly look: (scene: Scene) => Promise<Found>
}

export const unanswered = (seen: string): Found => ({ values: {}, seen })

/** The probe of one switch: `look` gives its value, undefined where none was seen. */
export function probe(
  name: string,
  look: (scene: Scene) => Promise<readonly [value: Value | undefined, seen: string]>,
): Probe {
  return {
    answers: [name],
    look: async (scene) => {
      const [value, seen] = await look(scene)
      return { values: value === undefined ? {} : { [name]: value }, seen }
    },
  }
}

/** A field of JSON, undefined where it is none. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, key) =>
      typeof found === 'object' && found !== null ? (found as Record<string | number, unknown>)[key] : undefined,
    value,
  )
}
