// Finds `any` in types, at compile time: `NoAny<T>` does not compile where T has it anywhere.

type IsAny<T> = 0 extends 1 & T ? true : false;

type HasAny<T> =
  IsAny<T> extends true
    ? true
    : T extends File
      ? false
      : T extends readonly (infer Item)[]
        ? HasAny<Item>
        : T extends object
          ? true extends { [Key in keyof T]-?: HasAny<T[Key]> }[keyof T]
            ? true
            : false
          : false;

type Answer<T> = true extends HasAny<T> ? false : true;

/** Only `NoAny<T>(true)` compiles where T is free of it, only `(false)` where it is not. */
export function noAny<T>(answer: Answer<T>): boolean {
  return answer;
}
