/** A share as a percentage without needless digits: `5 %` of 0.05, `99.92 %` of 0.99917. */
export function percentText(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}
