namespace Server.Resources;

/// <summary>A resource as the index keeps it. Times are Unix milliseconds; 0 is unknown. What it has not is empty.</summary>
public sealed record IndexedResource
{
    /// <summary>Its place among the resources of the state, from 0.</summary>
    public required long Ordinal { get; init; }

    public required string Urn { get; init; }
    public required string Type { get; init; }
    public required string Name { get; init; }

    /// <summary>What stands before the first colon of the type; of a provider, what it provides.</summary>
    public required string Package { get; init; }

    /// <summary>What its provider calls it.</summary>
    public required string PhysicalId { get; init; }

    public required string Parent { get; init; }

    /// <summary>A provider's URN, without its id.</summary>
    public required string Provider { get; init; }

    public required bool Custom { get; init; }
    public required bool Protect { get; init; }

    /// <summary>Read, and not kept by the program.</summary>
    public required bool External { get; init; }

    /// <summary>Replaced, and waiting to be deleted.</summary>
    public required bool IsDeleted { get; init; }

    /// <summary>What an interrupted update was doing to it: <c>updating</c>, <c>deleting</c>, …</summary>
    public required string Pending { get; init; }

    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }

    /// <summary>Ordinals between commas: <c>,3,17,</c>.</summary>
    public required string Dependencies { get; init; }

    /// <summary>Where it stands in the text of the state.</summary>
    public required long Start { get; init; }
    public required long Length { get; init; }

    /// <summary>Of its text: another one is another state of it.</summary>
    public required long Digest { get; init; }

    /// <summary>What search finds of its properties (<see cref="PropertyLines"/>); not read back with the rest.</summary>
    public string Properties { get; init; } = "";

    public IEnumerable<long> DependencyOrdinals =>
        Dependencies
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(o => long.Parse(o, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>What of a URN stays when its stack is renamed.</summary>
    public string UrnEnd => EndOf(Urn);

    public static string EndOf(string urn) => urn.Split("::", 3) is [_, _, var end] ? end : urn;
}

/// <summary>What a resource belongs to and depends on, as <see cref="IndexedResource"/> has it.</summary>
public sealed record ResourceEdges
{
    public required string Urn { get; init; }
    public required string Parent { get; init; }
    public required string Dependencies { get; init; }
}

/// <summary>What the rows of a stack are of.</summary>
public sealed record IndexedState
{
    public required string StateId { get; init; }
    public required long Version { get; init; }
    public required bool HasReadme { get; init; }
}
