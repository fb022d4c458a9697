s = "The quick brown fox"
print(s.lower().split(), s[::-1], s[4:9], s.find("quick"), s.replace("quick", "slow"), len(s), s.upper())
print("".join(sorted(set(s.lower()) - {" "})), s.count("o"), "fox" in s, s.startswith("The"), ord("a"), chr(98))
print("{:>5}|{:<5}|{:^5}|{:05d}|{:x}|{:,}".format(1, 2, 3, 42, 255, 1234567), f"{3 + 4 = }", f"{'x' * 3!r}")
print("a-b-c".split("-"), "  pad ".strip() + "|", "7".zfill(3), "%s" if False else "ok", repr("it's"), "é"*3, len("né"))
print(int("101", 2), int("-7"), bin(10), hex(255), oct(8), str(12) + "3", "ab" < "b", max("hello"), list("abc"))
for ch in "xyz":
    print(ch, end=" ")
print()
print("a", "b", sep="", end="!\n")
