namespace Wire;

/// <summary>
/// Four words that stand for a browser login's nonce. The terminal and the consent page show the same ones, so that a person sees whether the
/// page belongs to their own command. 32 bits: enough for a comparison by eye, and nothing can be done with them alone.
/// </summary>
public static class PairingPhrase
{
    public static string Of(string nonce)
    {
        var digest = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("pairing phrase:" + nonce));
        return string.Join('-', digest.Take(4).Select(b => Words[b]));
    }

    // 256 words that are hard to mistake for each other when read aloud. Changing one breaks the comparison with older programs.
    private static readonly string[] Words = (
        "acorn agate alder almond amber anchor anvil apple apron arbor arrow aspen atlas autumn badge bagel "
        + "bakery bamboo banjo barley basil basket beacon beaver bell berry birch bishop bison blanket blossom bonnet "
        + "border bottle boulder bramble bread breeze brick bridge bronze brook bucket butter button cabin cactus camel "
        + "candle canoe canvas canyon carbon carpet carrot castle cedar cello chalk cherry chess cinder circle citrus "
        + "clay cliff clover cobalt cocoa comet compass copper coral cotton cradle crane crater cricket crystal cypress "
        + "daisy dawn delta desert diamond dolphin donkey dragon drum dune eagle easel ebony echo elbow elder "
        + "elm ember emerald engine falcon feather fern ferry fiddle field finch flame flint flute forest fossil "
        + "fox frost galaxy garden garlic garnet ginger glacier globe goose granite grape gravel grove guitar gull "
        + "hammer harbor harvest hazel helmet heron hickory honey horizon hornet island ivory ivy jacket jade jasmine "
        + "jersey jigsaw jungle juniper kayak kernel kettle kite kiwi ladder lagoon lantern larch laurel lava leather "
        + "lemon lentil lilac linen lizard locket lotus lumber lynx magnet mango maple marble marlin meadow melon "
        + "meteor mint mirror mitten monsoon mosaic moss mountain mustard nectar needle nickel nutmeg oasis oboe ocean "
        + "olive onyx opal orchard orchid otter oyster paddle palm panda papaya paper parrot pebble pepper pewter "
        + "piano pigeon pillow pine pirate planet plaza plum pocket pond poppy prairie prism puffin pumpkin puzzle "
        + "quail quarry quartz quill quiver rabbit raccoon radish raft rain raven reef ribbon river robin rocket "
        + "saddle saffron salmon sapphire satin scarf shadow shell silver sparrow spruce summit thistle tiger timber violet"
    ).Split(' ');
}
