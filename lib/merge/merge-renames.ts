/**
 * What becomes of files that were renamed or changed places, and of files that were put where the other side has moved
 * everything away.
 */
import { foldersAbove, isFile, type Entry } from '../model/entry.ts'
import { mapSides, otherSide, sides, type Side, type Sides, bothOf, sidesOf, valuesOf } from '../model/sides.ts'
import { findRenamedFolder } from './directory-renames.ts'
import { findExchanges } from './exchanges.ts'
import type { Verdicts } from './verdicts.ts'

const quoted = (path: string) => JSON.stringify(path)

export function createRenameVerdicts({
  input: { changes, heads, take },
  facts,
  decided,
  moves,
  placeAt,
  stateOf,
  give,
  conflict,
  giveWinner,
  findBlock,
  mergeEdits,
}: Verdicts) {
  /** What a side holds now of a path that one of them changed. */
  const holds = (side: Side, path: string) =>
    changes[side].has(path) ? stateOf(side, path) : facts.entry(side, heads[side], path)
  const isSame = (path: string) =>
    facts.sameOnBoth(
      mapSides((side) => stateOf(side, path)),
      mapSides((side) => placeAt(side, path)),
    ) === true

  /** Puts one side's version of a file, which has perhaps another name on each side, at one place on both. */
  function placeVersion(path: string, edited: Sides<string>, taken: Side): void {
    for (const side of sides) {
      if (edited[side] !== path || side !== taken)
        give(side, path, taken, stateOf(taken, edited[taken]), edited[taken], edited[side])
      if (edited[side] !== path) give(side, edited[side], otherSide[side], null)
    }
  }

  /** A file that both sides deleted, and that one of them or both have elsewhere, or may have. */
  function decideGone(path: string, targets: Sides<string | null>): void {
    decided.add(path)
    const [target, otherTarget] = valuesOf(targets)
    if (target !== null && target === otherTarget) {
      const same = new Set(sides.map((side) => stateOf(side, target)!.oid)).size === 1
      if (same || sides.some((side) => stateOf(side, target)!.lfs)) return
      decided.add(target)
      return mergeEdits(
        target,
        path,
        mapSides(() => target),
        giveWinner(target),
      )
    }
    const unclear = sides.filter((side) => moves[side].unclear.has(path))
    // Where both sides hold the same file in each new place they agree, however it came there.
    const places = sides.flatMap((side) => [
      ...(targets[side] === null ? [] : [targets[side]]),
      ...(moves[side].unclear.get(path) ?? []),
    ])
    if (places.every(isSame)) return
    if (unclear.length > 0)
      return conflict(
        path,
        'rename/delete',
        `${unclear.join(' and ')} may have renamed it: more than one place fits, or there is too much to compare`,
        () => {},
      )
    const kind = bothOf(targets) ? 'rename/rename' : 'rename/delete'
    const detail = sides
      .map((side) => `${side} ${targets[side] ? `renamed it to ${quoted(targets[side])}` : 'deleted it'}`)
      .join(', ')
    conflict(path, kind, detail, (taken) => {
      const other = otherSide[taken]
      const [own, loser] = [targets[taken], targets[other]]
      // A file that the other side has there is decided on its own.
      if (loser === null || stateOf(taken, loser)) return
      decided.add(loser)
      const inTheWay =
        own === null ? true : (stateOf(other, own) ?? facts.entry(other, heads[other], own) ?? findBlock(taken, own))
      // The name is what both sides disagree on: an edit that came with the other one goes to the name that is taken.
      if (own === null || inTheWay || moves[other].exact.has(path)) return give(other, loser, taken, null)
      decided.add(own)
      const edited = sidesOf(taken, own, loser)
      if (moves[taken].exact.has(path)) placeVersion(own, edited, other)
      else mergeEdits(own, path, edited, (side) => placeVersion(own, edited, side))
    })
  }

  /** One side deleted the path and has it elsewhere, or both did. */
  function decideRename(path: string): void {
    if (decided.has(path)) return
    const targets = mapSides((side) => moves[side].to.get(path) ?? null)
    const gone = mapSides((side) => changes[side].has(path) && stateOf(side, path) === null)
    if (sides.every((side) => gone[side])) return decideGone(path, targets)
    for (const side of sides) {
      const other = otherSide[side]
      const target = targets[side]
      if (!gone[side] || target === null || stateOf(other, path) === null || changes[other].has(target)) continue
      // Most often the place is free: while that is still asked, what comes next is asked with it.
      const [there, block] = [facts.entry(other, heads[other], target), findBlock(side, target)]
      if (there || block) continue
      decided.add(path).add(target)
      const edited = { [side]: target, [other]: path } as unknown as Sides<string>
      const follow = (to: string) => {
        if (moves[side].exact.has(path)) placeVersion(to, edited, other)
        else mergeEdits(to, path, edited, (taken) => placeVersion(to, edited, taken))
      }
      if (!isMisplaced(target, side, follow)) follow(target)
    }
  }

  /**
   * One side put a file into a folder that the other one renamed: only people know whether it is to follow. `put`
   * brings it to a place on both sides.
   */
  function isMisplaced(path: string, side: Side, put: (target: string) => void): boolean {
    const other = otherSide[side]
    const home = foldersAbove(path).at(-1) ?? ''
    const folder = findRenamedFolder(moves[other].folders, moves[other].split, path)
    if (
      folder === null ||
      facts.entry(other, heads[other], folder.length < home.length ? folder : home)?.mode === '040000' ||
      take(path) === side
    )
      return false
    const renamed = moves[other].folders.get(folder) ?? null
    const target = renamed === '' ? path.slice(folder.length + 1) : `${renamed}${path.slice(folder.length)}`
    const inTheWay =
      renamed === null
        ? []
        : sides.flatMap((each) => [facts.entry(each, heads[each], target), findBlock(otherSide[each], target)])
    const isFree = renamed !== null && !decided.has(target) && inTheWay.every((one) => one === null)
    const what =
      renamed === null
        ? `${other} moved the folder ${quoted(folder)}, perhaps to several places, and ${side} put this file into ${quoted(home)}`
        : `${other} moved all of the folder ${quoted(folder)} to ${quoted(renamed || '.')}, and ${side} put this file into it`
    const answers = isFree
      ? `taking ${other} moves it to ${quoted(target)}, taking ${side} leaves it here`
      : `taking ${side} leaves it here; to move it, do so on ${side}`
    conflict(
      path,
      'file location',
      `${what}: ${answers}`,
      isFree
        ? () => {
            decided.add(target)
            put(target)
          }
        : null,
    )
    return true
  }

  /** Puts a file that only one side has, at one of its paths, at another one on both. */
  function move(path: string, side: Side, target: string): void {
    for (const each of sides) give(each, target, side, stateOf(side, path), path, path)
    give(side, path, otherSide[side], null)
  }

  /**
   * A side exchanged files, and the other one edited or moved one of them. By path, as git goes, the edit would end in
   * another document; the content says that it belongs to the place where its file is now. Only people know which of
   * both was meant.
   */
  function decideExchanges(): void {
    for (const side of sides) {
      const other = otherSide[side]
      for (const round of findExchanges(changes[side])) {
        if (round.some((path) => decided.has(path))) continue
        const touched = round.filter(
          (path) =>
            changes[other].has(path) &&
            !isSame(path) &&
            (stateOf(other, path) || moves[other].to.has(path) || moves[other].unclear.has(path)),
        )
        if (touched.length === 0) continue
        for (const path of round) decided.add(path)
        const states = mapSides((each) => round.map((path) => holds(each, path)))
        const inTheWay = round.flatMap((path) => [
          facts.entryWithMode(other, heads[other], path),
          findBlock(side, path) ?? null,
        ])
        const isFree = inTheWay.every((one) => !one || (typeof one === 'object' && isFile(one)))
        conflict(
          touched[0]!,
          'content',
          `${side} exchanged ${round.map(quoted).join(', ')} with one another, and ${other} changed ${touched.map(quoted).join(', ')}; taking a side takes its version of all of them`,
          isFree
            ? (taken) => {
                const loser = otherSide[taken]
                round.forEach((path, index) => {
                  const [entry, there] = [states[taken][index] as Entry | null, states[loser][index] as Entry | null]
                  if (entry?.oid !== there?.oid) give(loser, path, taken, entry)
                })
              }
            : null,
        )
      }
    }
  }

  return { decideRename, decideExchanges, isMisplaced, move }
}
