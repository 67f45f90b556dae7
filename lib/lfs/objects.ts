import type { Remote } from '../model/remote.ts'
import type { Lfs } from './server.ts'

type ObjectStore = Pick<Remote, 'openObject' | 'readObject' | 'locateObjects' | 'readMissing' | 'uploadObjects'> &
  Required<Pick<Remote, 'readRange'>>

/** The methods of a remote that its LFS server fulfils. They are the same for both services. */
export function createObjectStore(lfs: Lfs): ObjectStore {
  return {
    openObject: (object, from) => lfs.open(object, from),
    readObject: (object) => lfs.read(object),
    readRange: async ({ entry }, from, to) => entry.lfs && lfs.readPart(entry.lfs, from, to),
    locateObjects: (objects) => lfs.locate(objects),
    readMissing: (objects) => lfs.readMissing(objects),
    uploadObjects: (uploads, how) => lfs.upload(uploads, how),
  }
}
