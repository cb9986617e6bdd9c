/** Amounts of the collateral in its base units: see Assets.sol. */

export class CollateralDecimalsAbove18Error extends Error {
  override readonly name = 'CollateralDecimalsAbove18Error'
  constructor(decimals: number) {
    super(`A collateral of ${decimals} decimals is refused. Choose one with 0 to 18.`)
  }
}

/** 10^(18 - decimals): base units times this are wads. */
export const assetScale = (decimals: number): bigint => {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 18) throw new CollateralDecimalsAbove18Error(decimals)
  return 10n ** BigInt(18 - decimals)
}

/** Wad to base units, rounded down: what the vault or a pot pays. */
export const toAssetsDown = (value: bigint, scale: bigint): bigint => value / scale

/** Wad to base units, rounded up: what the vault or a pot is paid. */
export const toAssetsUp = (value: bigint, scale: bigint): bigint => value / scale + (value % scale === 0n ? 0n : 1n)

/** Signed wad to base units, rounded towards plus infinity: a charge positive when paid to the vault. */
export const toAssetsCeil = (value: bigint, scale: bigint): bigint =>
  value > 0n && value % scale !== 0n ? value / scale + 1n : value / scale

/** Signed wad to base units, rounded towards minus infinity: a value of something the vault holds. */
export const toAssetsFloor = (value: bigint, scale: bigint): bigint =>
  value < 0n && value % scale !== 0n ? value / scale - 1n : value / scale

/** Base units to wad, exact. */
export const toWad = (assets: bigint, scale: bigint): bigint => assets * scale
