/** A whole number as people read it: `1,204`. `toLocaleString` would load the tables of a language first, which takes 10 ms. */
export const groupDigits = (number: number): string => String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
