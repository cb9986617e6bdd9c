/** The vault's shares have as many decimals, whatever its collateral has. */
export const SHARE_DECIMALS = 18
