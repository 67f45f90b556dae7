/** Contents as the tables of these tests show them, and a text that moves. */
import { numbers } from './worlds.ts'

export const moved = numbers()

export const edited = numbers({ 5: 'five' })

export const shown = (content: string) => JSON.stringify(content).replaceAll('"', "'")

export const quoted = (bytes: Uint8Array) => shown(Buffer.from(bytes).toString('latin1'))
