/**
 * Who knew what: each content that somebody gives a path is a version, and knows the versions that its author saw
 * there. So a merge can be judged without any of the mirror's own reasoning: what a version came after may be replaced
 * by it, and what nobody who decided has seen must not go.
 */

/** `text` is null where the path is absent. Two versions may have one text. */
export class Version {
  readonly text: string | null
  /** This one and all that it came after. */
  readonly past: ReadonlySet<Version>

  constructor(text: string | null, seen: readonly Version[]) {
    this.text = text
    this.past = new Set<Version>([this, ...seen.flatMap(({ past }) => [...past])])
  }

  cameAfter(other: Version): boolean {
    return this.past.has(other)
  }
}

/** The latest versions that both came after; several, where branches were merged crosswise. */
function listCommon(a: Version, b: Version): Version[] {
  const common = [...a.past].filter((version) => b.past.has(version))
  return common.filter((version) => common.every((other) => other === version || !other.cameAfter(version)))
}

/**
 * Whether `lost` may give way to `kept` without a word: nothing has changed there since some latest version that both
 * came after.
 */
export function givesWay(lost: Version, kept: Version): boolean {
  return lost.text === kept.text || listCommon(lost, kept).some(({ text }) => text === lost.text)
}

/** The same where any older version may be the base. */
export function gaveWayOnce(lost: Version, kept: Version): boolean {
  return (
    lost.text === kept.text || [...lost.past].some((version) => version.text === lost.text && kept.past.has(version))
  )
}

/** The version that follows of these where the text is this one: one of them, if it came after all others. */
export function follow(text: string | null, versions: readonly Version[]): Version {
  const distinct = [...new Set(versions)]
  const latest = distinct.filter((version) => distinct.every((other) => other === version || !other.cameAfter(version)))
  return latest.length === 1 && latest[0]!.text === text ? latest[0]! : new Version(text, latest)
}
