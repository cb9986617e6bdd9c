import * as generated from '@keel/contracts/generated'
import * as bytecodes from '@keel/contracts/generated/bytecode'
import fc from 'fast-check'
import type { Abi, Address, Hex } from 'viem'
import { decodeDeployData, getContractAddress, isAddress, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { planCore, planReactor } from '../src/deploy.ts'
import { CORE_CONTRACTS } from '../src/index.ts'
import { addressOf } from './sample.ts'

const deployer = addressOf(0xd0)
const asset = addressOf(0xa55e7)
const input = { deployer, nonce: 12, asset, shareName: 'Keel ETH Vault', shareSymbol: 'kETH' }

function artifact(name: string): { readonly abi: Abi; readonly bytecode: Hex } {
  const abis = generated as unknown as Record<string, Abi>
  const codes = bytecodes as unknown as Record<string, Hex>
  return { abi: abis[`${name}Abi`]!, bytecode: codes[`${name}Bytecode`]! }
}

type Argument = { readonly name: string; readonly value: unknown }

/** Constructor arguments one below the other, structs unfolded. */
function unfold(name: string, value: unknown): readonly Argument[] {
  if (typeof value !== 'object' || value === null) return [{ name, value }]
  return Object.entries(value).flatMap(([key, inner]) => unfold(key, inner))
}

function constructorArguments(name: string, data: Hex): readonly Argument[] {
  const { abi, bytecode } = artifact(name)
  const creation = abi.find((item) => item.type === 'constructor')
  if (!creation || creation.inputs.length === 0) {
    expect(data).toBe(bytecode)
    return []
  }
  const { args } = decodeDeployData({ abi, bytecode, data }) as { readonly args: readonly unknown[] }
  return creation.inputs.flatMap((parameter, i) => unfold(parameter.name ?? '', args[i]))
}

/** What a constructor calls a contract where it is not the contract's own name. */
const ALIASES: Readonly<Record<string, string>> = {
  spot: 'spotOracle',
  surface: 'surfaceOracle',
  policy: 'hedgePolicy',
}

describe('planCore', () => {
  test('puts each contract at the address of its nonce, in the order of the nonces', () => {
    const word = fc.integer({ min: 1, max: 2 ** 31 })
    fc.assert(
      fc.property(word, fc.nat(1_000_000), (from, nonce) => {
        const { contracts, creations } = planCore({ ...input, deployer: addressOf(from), nonce })
        expect(creations.map(({ name }) => name)).toEqual([...CORE_CONTRACTS])
        for (const [i, { name, nonce: at }] of creations.entries()) {
          expect(at).toBe(nonce + i)
          expect(contracts[name]).toBe(getContractAddress({ from: addressOf(from), nonce: BigInt(nonce + i) }))
        }
        expect(new Set(Object.values(contracts)).size).toBe(creations.length)
      }),
      { numRuns: 10 },
    )
  })

  const { creations, contracts } = planCore(input)
  const places: Readonly<Record<string, Address>> = {
    ...Object.fromEntries(
      creations.map(({ name, nonce }) => [name, getContractAddress({ from: deployer, nonce: BigInt(nonce) })]),
    ),
    asset,
    governor: deployer,
  }

  test.each(creations.map(({ name, data }) => [name, data] as const))(
    'creates %s from its own bytecode with the planned addresses',
    (name, data) => {
      expect(data.startsWith(artifact(name).bytecode)).toBe(true)
      for (const argument of constructorArguments(name, data)) {
        if (typeof argument.value !== 'string' || !isAddress(argument.value)) continue
        const plain = argument.name.replace(/_$/, '')
        const known = ALIASES[plain] ?? plain
        expect(Object.keys(places)).toContain(known)
        expect({ [argument.name]: argument.value }).toEqual({ [argument.name]: places[known] })
        expect(argument.value).not.toBe(zeroAddress)
      }
    },
  )

  test('names the share as asked', () => {
    const { data } = creations.find(({ name }) => name === 'share')!
    const values = constructorArguments('share', data).map(({ value }) => value)
    expect(values).toEqual(['Keel ETH Vault', 'kETH', contracts.vault, asset])
  })

  test('lets nobody but the deployer govern', () => {
    const { data } = creations.find(({ name }) => name === 'authority')!
    expect(constructorArguments('authority', data)).toEqual([{ name: 'governor', value: deployer }])
  })
})

describe('planReactor', () => {
  test('puts the reactor at its nonce with the pool, the tokens and the hedger', () => {
    const config = { hedger: addressOf(1), pool: addressOf(2), asset: addressOf(3), underlying: addressOf(4) }
    const { address, data } = planReactor({ deployer, nonce: 40, ...config })
    expect(address).toBe(getContractAddress({ from: deployer, nonce: 40n }))
    const found = constructorArguments('uniswapV3Reactor', data)
    expect(Object.fromEntries(found.map(({ name, value }) => [name, value]))).toEqual(config)
  })
})
