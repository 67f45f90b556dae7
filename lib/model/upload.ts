/** Objects that are sent to a remote, and who hears how far they are. */
import type { LfsObject } from './entry.ts'

/** An object to be sent. `open` reads its bytes from an offset on, and is called only if the remote lacks it. */
export interface Upload {
  readonly object: LfsObject
  readonly open: (from: number) => Promise<AsyncIterable<Uint8Array>>
}

/** How many bytes of an object were sent; fewer than before where some have to be sent again. */
export interface Progress {
  readonly object: LfsObject
  readonly sent: number
}

/**
 * Called very often while uploads go on: it must be quick and not throw. `stored`: an object has arrived, and so many bytes had
 * to be sent for it: none of those that the service had already, in whatever file.
 */
export interface UploadWatch {
  readonly progress?: (progress: Progress) => void
  readonly stored?: (object: LfsObject, newByteLength: number) => void
}

/**
 * `next` is called, and awaited, before each batch of uploads, for whatever their sources can prepare
 * together.
 */
export interface UploadOptions extends UploadWatch {
  readonly next?: (objects: readonly LfsObject[]) => Promise<void>
}

/** An object that has arrived, with as much as had to be sent for it. */
export interface Arrived extends LfsObject {
  readonly newByteLength: number
}
