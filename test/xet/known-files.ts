/** What the official client makes of whole files, and its tests of where they are cut. */
import { readVega } from '../facts/samples.ts'
import { randomBytes, scatteredBytes, triggeringBytes } from './generated.ts'

const lines = Array.from({ length: 40_000 }, (_, row) => `${row},${(row * 7919) % 10_007},name ${row % 97}\n`)

/**
 * Their Xet hashes by `hash_files` of hf_xet 1.6.0, the Hub's own client, and SHA-256 of the shard that its `upload_bytes` sent for
 * each alone to a service that had nothing (2026-12-01). It writes 0 for how long a xorb is as it was sent.
 */
export const files: readonly (readonly [name: string, hash: string, shard: string, read: () => Uint8Array])[] = [
  [
    'an empty file',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '23bcc22271a666291318fefb0c574c3b22e76990868de15038d6e399d8b03da6',
    () => new Uint8Array(0),
  ],
  [
    'one byte',
    'ec3b9664505abe2000cfd4cfff516bf9b4c0eff3fd0fe349abb01c45dd65e04b',
    '816898a3f55fe6b661dfa5ee75474ffc56738f31e3a8afc24ed71d4fb9e55a12',
    () => Uint8Array.of(1),
  ],
  [
    'one line',
    'a302d931b8763df0bfb9926b9ff26b11c2a77d5be8dde4ce1c8bb7202a6a8681',
    '4140e3a35874b592a657e62d7ffdcfbe9cb404568680e7202537ca2c4713e050',
    () => Buffer.from('hello world\n'),
  ],
  [
    'a byte less than a chunk has',
    'edc44b3a6224688456c9893b76571bca4b1b695bf993a898f50656b6b0874c67',
    'ca5e21fa0f3f083be1226f7dd584733b1493e8da602af0e13014ce2c9e527957',
    () => randomBytes(8191, 3),
  ],
  [
    'as much as a chunk has at least',
    '7549309d2fea997f64a8de317a49ebb6967cfee5c3de2943972ff72e87201bdf',
    '5e19216bf4d1d349096c79c7866c6eb43ac603d9bee6ce6ae3a0a1bde4e8193b',
    () => randomBytes(8192, 3),
  ],
  [
    'a byte more than a chunk has at most',
    'b826fc2267c53b5c4e0bc87b7b4051d89f675ee357704ab548418f1d1ee8ab9d',
    '850869e865382b08ef6e2b685068a86c1df10ac25f88b8267cd4433826232d5b',
    () => randomBytes(131_073, 4),
  ],
  [
    'random bytes',
    '3d17b2d7d64a0e011b6717a52d9a16bd2c3f05b743fa8adf52a7d75dafab6d89',
    'b1df68df95db5bb6fa8c1ab30fb79018325220270eeb48532a44ecb5f2adbed9',
    () => randomBytes(1_000_000, 0),
  ],
  [
    'more random bytes',
    '87295edb897b290eaba50b671fcd52cdea7e15f2732a6e4c6cb3eb0316e0dc74',
    '0c63b247d6cebb389ad15527da1e5ec9b3de63e6d407b3fd5e0133ab60415c34',
    () => randomBytes(2_500_000, 7),
  ],
  [
    'one byte again and again',
    '53f845640fcd1c7440befff65bd93434c83a30c6559a705597d61f2ef64e2f88',
    'c72a9cde689f8be305045c5924fb6981c8c20cd1f6e0da6c4dece31e8197ad6b',
    () => new Uint8Array(1_000_000).fill(59),
  ],
  [
    'zeros',
    '3d7bd4178bc2851ba07d59c24c3a88ae0c7220e9920d6c5c6a06b01556d46404',
    'ff65a89359ff732dea5b81035bd6e90aa436154618e84691b6aa6cf46e9b9424',
    () => new Uint8Array(300_000),
  ],
  [
    'zeros that fill four chunks',
    '8cd96e116caf35afe75a096db4fa1487f2f5c56c3b82bc5547647bdc0ed40fcf',
    'e529debb2be55841514e1944e23c470e4a68702f6ef2d8760716c15ce5978e2e',
    () => new Uint8Array(4 * 131_072),
  ],
  [
    'a boundary each 128 bytes',
    'cce135fd4a315b3b61e3dba557a1d55c4169d58a21da9f945cea5d97af461ece',
    'd050d87ff16cb56ab9a679b9258b844e4576902ad0845f908b5580710efb4372',
    () => triggeringBytes(65_536, 0),
  ],
  [
    'a boundary each 129 bytes',
    '77225314bbfef78337823258942a38a19addcac89e64788068c25117ff58dfad',
    '07a888542285c136f5acb31fade21cc76e09dc5b6e713490dd4a0f33b2a3de0e',
    () => triggeringBytes(1_000_000, 1),
  ],
  [
    'a boundary each 192 bytes',
    'c34ca1ea852c351a5b87c95e41acd7b83ed4664dcf9090d7ee1f88e50412418a',
    '2537e3bcfe31c6c4fa390f377844f7d102bfa2050ca866622b2ae6ee819469dd',
    () => triggeringBytes(1_000_000, 64),
  ],
  [
    'a boundary each 193 bytes',
    'acd0c7a39a45857720b99bc56e3ba6c2cede7dc92930719367b63938c7090129',
    '62c52b92ab5822ef6dbff1b197cd6ffbce115671cac8f63d1c3beb4c2db6a997',
    () => triggeringBytes(300_000, 65),
  ],
  [
    'chunks in short runs',
    'fc62e57e4276bb300d094afc6de5b0e122399c436e1a011ae8f201b3ee7e90a1',
    '80ecc71485aa532fc54da62b1897e43e28dcb2d574448d7fc69f52fc6e99c0d2',
    () => scatteredBytes(),
  ],
  [
    'a table as text',
    'aeccb3425ba225c4d70be4ea5fe451c66610f99b6476ca4b1d6c279cd8922587',
    '365f833a2bb07ccc3b1d6cfea04be8cd76d5bca88bcfedb4278d9cb667f2b2a0',
    () => Buffer.from(lines.join('')),
  ],
  [
    'flights-3m.parquet',
    '53e0d477654f51d8bed01c38c88a3002816292b7431fe0309aef24878ef82fad',
    'ff1c75b0982b67ca317da218b2ff6e2c5c4c3ee21911b9a4e4481ac29d255062',
    () => readVega('flights-3m.parquet'),
  ],
  [
    'flights-200k.arrow',
    '3e5ded43d83b6a3f20b3f509a11281c8639531383b01b1cfa552d95cfbff7a86',
    'eb6b8d506800f531644286ade6fa84bd9899219c7a4d2b396bf0bbaaa699664b',
    () => readVega('flights-200k.arrow'),
  ],
  [
    'zipcodes.csv',
    'f51aa1c17c92778a93863a7606820229b40220f6298377a094ff2a02f4afc7de',
    'cc1d93f8740021632d373c0b4f93bbb8e897160c961501c2f62707fe36cca82e',
    () => readVega('zipcodes.csv'),
  ],
  [
    'birdstrikes.csv',
    '9f563ea104495338f903022b615ba271f269529e50822669496f02891c1735e6',
    '89f7510d2693900875e5593882748836e7c91e60add65e8d741e0dfdb552793d',
    () => readVega('birdstrikes.csv'),
  ],
  [
    'weather.csv',
    '20b2a4758200dfca34353dab54b3cc8c5708cbb191d2f2b9fdd8f292ec06ae85',
    '9df7d713eb8b3caff17753e9bc2428a221660149c00c593a3f9286321410b8ea',
    () => readVega('weather.csv'),
  ],
  [
    'movies.json',
    '1fc55371bcb9ca6bd07df27087105f34200798976061349ae03b99e5de2bf1fa',
    'd36427adf7907175efa1fcd69c7d14144bf07eaa43791ff716484124e66bc1ec',
    () => readVega('movies.json'),
  ],
  [
    'us-10m.json',
    'c68374bc6b31f1901b52ad48d61aabbc75d83a072a14611aa5f7ba39b62c916e',
    '5e60ce475bbeef9337459d652154d2b97edc95298a3556a04d559d3f35edc979',
    () => readVega('us-10m.json'),
  ],
  [
    'species.csv',
    '2175e081f3778e0dad17ab2b54dd53e941d782dc146c5517b666a5272cfa222c',
    'ab94d8d556abaa4a698dcab641a86cef9a886fc800e2adef85977177b9c9c1f4',
    () => readVega('species.csv'),
  ],
]

/** `test_correctness_1mb_random_data` of xet_data/src/deduplication/chunking.rs in https://github.com/huggingface/xet-core: where chunks end. */
export const randomEnds = [
  84493, 134421, 144853, 243318, 271793, 336457, 467529, 494581, 582000, 596735, 616815, 653164, 678202, 724510, 815591,
  827760, 958832, 991092, 1000000,
]

/**
 * `test_correctness_100kb_hitting_data` of the same file: for each padding of the pattern from 0 on the length of the first
 * chunk, and that of those after it but the last, in 65,536 bytes.
 */
export const triggeredLengths = `
  8256,8192 8320,8256 8254,8320 8317,8253 8248,8316 8310,8246 8238,8308 8299,8235 8224,8296 8284,8220 8206,8280 8265,8201
  8324,8260 8242,8319 8300,8236 8215,8294 8272,8208 8329,8265 8240,8322 8296,8232 8204,8288 8259,8195 8314,8250 8218,8305
  8272,8208 8326,8262 8226,8316 8279,8215 8332,8268 8228,8321 8280,8216 8332,8268 8224,8320 8275,8211 8326,8262 8214,8313
  8264,8200 8314,8250 8198,8300 8247,8350 8296,8232 8345,8281 8224,8330 8272,8208 8320,8256 8195,8304 8242,8352 8289,8225
  8336,8272 8206,8319 8252,8366 8298,8234 8344,8280 8209,8326 8254,8372 8299,8235 8344,8280 8204,8325 8248,8370 8292,8228
  8336,8272 8380,8316 8234,8360 8277,8213 8320,8256 8363,8299 8212,8342 8254,8385 8296,8232 8338,8274 8380,8316 8223,8358
  8264,8200 8305,8241 8346,8282 8387,8323 8224,8364 8264,8200 8304,8240 8344,8280 8384,8320 8215,8360 8254,8400 8293,8229
  8332,8268 8371,8307 8196,8346 8234,8385 8272,8208 8310,8246 8348,8284 8386,8322 8204,8360 8241,8398 8278,8214 8315,8251
  8352,8288 8389,8325 8200,8362 8236,8399 8272,8208 8308,8244 8344,8280 8380,8316 8416,8352 8219,8388 8254,8424 8289,8225
  8324,8260 8359,8295 8394,8330 8429,8365 8224,8400 8258,8194 8292,8228 8326,8262 8360,8296 8394,8330 8428,8364 8215,8398
  8248,8432 8281,8217 8314,8250 8347,8283 8380,8316 8413,8349 8192,8382 8224,8415
`
  .trim()
  .split(/\s+/)
  .map((pair) => pair.split(',').map(Number) as [number, number])
