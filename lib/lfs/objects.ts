/** What both sides do alike with their LFS objects. */
import type { Remote } from '../model/remote.ts'
import type { Lfs } from './server.ts'

type ObjectStore = Pick<Remote, 'openObject' | 'readObject' | 'locateObjects' | 'readMissing' | 'uploadObjects'>

/** The part of a remote that its LFS server fulfils. */
export function createObjectStore(lfs: Lfs): ObjectStore {
  return {
    openObject: (object, from) => lfs.open(object, from),
    readObject: (object) => lfs.read(object),
    locateObjects: (objects) => lfs.locate(objects),
    readMissing: (objects) => lfs.readMissing(objects),
    uploadObjects: (uploads, how) => lfs.upload(uploads, how),
  }
}
