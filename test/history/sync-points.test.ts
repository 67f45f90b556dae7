/** Which names count where somebody may have copied a message. */
import { describe, expect, test } from 'vitest'
import { baseOf } from './histories.ts'

describe('a message that was pasted on a commit which was copied since', () => {
  //  G0 ── G1 ── C~H3 ── G4      H0~G0 ── H1~G1 ── H3, with the message of H0
  const github = 'G0 G1 C~H3 G4'

  test('says nothing where it names another parent, and does not make the copy look older', () => {
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H0')).toBe('C H3 by trailer')
  })

  test('has to be proven where it stands on the parent that it names', () => {
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H1')).toBe('prove H3 on H1')
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H1', {}, { proofs: { H3: false } })).toBe('C H3 by trailer')
    // What went back to G0's files for certain is no news.
    expect(baseOf(github, 'H0~G0^ H1~G1^H0 H3~G0^H1', {}, { proofs: { H3: true, H1: true } })).toBe('G1 H1 by trailer')
  })
})
