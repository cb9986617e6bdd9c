import type { Hex } from 'viem'
import { pad } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { isSigned, isSignedByAccount } from '../src/views/isSigned.ts'

// anvil's second public key
const account = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d')
const digest = pad('0x1234', { size: 32 })
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const YES = pad('0x1626ba7e', { dir: 'right', size: 32 })
const NO = pad('0xffffffff', { dir: 'right', size: 32 })
const says = (answer: Hex) => async () => answer
const reverts = async () => {
  throw Object.assign(new Error('execution reverted'), { code: 3, data: '0x' })
}

const hex = (x: bigint): string => x.toString(16).padStart(64, '0')
/** The other signature of the pair, which the key also fits. */
const mirrored = (signature: Hex): Hex => {
  const s = hex(ORDER - BigInt(`0x${signature.slice(66, 130)}`))
  return `${signature.slice(0, 66)}${s}${signature.endsWith('1b') ? '1c' : '1b'}` as Hex
}
/** v as 0 or 1. */
const short = (signature: Hex): Hex => `${signature.slice(0, 130)}${signature.endsWith('1b') ? '00' : '01'}` as Hex

describe('whether a digest is signed', async () => {
  const signature = await account.sign({ hash: digest })
  const of = (its: Hex) => ({ signer: account.address, signature: its, digest })

  test('a key’s signature counts for an account without code', async () => {
    expect(await isSigned(says('0x'), of(signature))).toBe(true)
    expect(await isSignedByAccount(says('0x'), of(signature))).toBe(true)
    const other = { ...of(signature), digest: pad('0x1235', { size: 32 }) }
    expect(await isSigned(says('0x'), other)).toBe(false)
    expect(await isSignedByAccount(says('0x'), other)).toBe(false)
  })

  test.each([
    ['says no', says(NO)],
    ['reverts', reverts],
  ])(
    'an account with code that %s: its key counts for a set of signers, not for a checker of accounts',
    async (_, reader) => {
      expect(await isSigned(reader, of(signature))).toBe(true)
      expect(await isSignedByAccount(reader, of(signature))).toBe(false)
    },
  )

  test.each<[string, Hex]>([
    ['the other of the pair', mirrored(signature)],
    ['v of 0 or 1', short(signature)],
    ['64 bytes', signature.slice(0, 130) as Hex],
    ['nothing', '0x'],
  ])('no contract takes %s', async (_, its) => {
    expect(await isSigned(says('0x'), of(its))).toBe(false)
    expect(await isSignedByAccount(says('0x'), of(its))).toBe(false)
  })

  test('code counts by its whole word', async () => {
    expect(await isSigned(says(YES), of('0x12'))).toBe(true)
    expect(await isSignedByAccount(says(YES), of('0x12'))).toBe(true)
    expect(await isSigned(says('0x1626ba7e'), of('0x12'))).toBe(false)
    expect(await isSignedByAccount(says(`${YES.slice(0, -1)}1` as Hex), of('0x12'))).toBe(false)
  })
})
