using System.Xml;

namespace Server.Saml;

/// <summary>Reads an assertion whose signature has been checked.</summary>
internal static class SamlAssertion
{
    private const string Bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
    private const int LongestNameId = 256;
    private const int MostAttributes = 200;

    /// <param name="answered">What the response around it says that it answers.</param>
    public static SamlIdentity Read(XmlElement assertion, string? answered, SamlExpectation expected)
    {
        if (assertion.Attribute("Version") != "2.0" || assertion.Attribute("ID") is not { Length: > 0 and <= LongestNameId } id)
        {
            throw new SamlException("The assertion has no ID, or is not of version 2.0.");
        }
        var subject = assertion.OnlyChild(SamlXml.Assertion, "Subject");
        var (confirmation, confirmedUntil) = Confirmation(subject, answered, expected);
        CheckConditions(assertion.OnlyChild(SamlXml.Assertion, "Conditions"), expected);
        var name = subject.OnlyChild(SamlXml.Assertion, "NameID");
        return new()
        {
            NameId =
                name.Text() is { Length: > 0 and <= LongestNameId } text && !text.Any(char.IsControl)
                    ? text
                    : throw new SamlException($"The NameID must have 1 to {LongestNameId} characters on one line."),
            NameIdFormat = name.Attribute("Format") ?? SamlProvider.Unspecified,
            Attributes = Attributes(assertion),
            AssertionId = id,
            InResponseTo = confirmation.Attribute("InResponseTo"),
            GoodUntil = confirmedUntil + SamlExpectation.Skew,
            SessionUntil = Session(assertion, expected),
        };
    }

    private static (XmlElement Data, DateTimeOffset Until) Confirmation(XmlElement subject, string? answered, SamlExpectation expected)
    {
        if (subject.Children(SamlXml.Assertion, "SubjectConfirmation").ToList() is not [var only] || only.Attribute("Method") != Bearer)
        {
            throw new SamlException("The subject must have exactly one confirmation, of the method 'bearer'.");
        }
        var data = only.OnlyChild(SamlXml.Assertion, "SubjectConfirmationData");
        if (data.Attribute("Recipient") != expected.ConsumerUrl)
        {
            throw new SamlException($"The Recipient is '{data.Attribute("Recipient")}' and not '{expected.ConsumerUrl}'.");
        }
        if (data.Attribute("InResponseTo") != answered)
        {
            throw new SamlException("Response and assertion answer different requests.");
        }
        var until = data.Time("NotOnOrAfter") ?? throw new SamlException("<SubjectConfirmationData> has no NotOnOrAfter.");
        expected.NotYetOver(data, until, "ended");
        expected.Begun(data, data.Time("NotBefore"));
        return (data, until);
    }

    private static void CheckConditions(XmlElement conditions, SamlExpectation expected)
    {
        expected.Begun(conditions, conditions.Time("NotBefore"));
        expected.NotYetOver(conditions, conditions.Time("NotOnOrAfter"), "ended");
        var kinds = conditions.ChildNodes.OfType<XmlElement>().ToList();
        if (kinds.Find(k => k.LocalName is not ("AudienceRestriction" or "OneTimeUse" or "ProxyRestriction")) is { } unknown)
        {
            throw new SamlException($"The condition <{unknown.LocalName}> is not understood.");
        }
        var restrictions = conditions.Children(SamlXml.Assertion, "AudienceRestriction").ToList();
        if (restrictions.Count == 0)
        {
            throw new SamlException("The assertion has no AudienceRestriction: it could be meant for anybody.");
        }
        foreach (var restriction in restrictions)
        {
            var audiences = restriction.Children(SamlXml.Assertion, "Audience").Select(a => a.Text()).ToList();
            if (!audiences.Contains(expected.EntityId))
            {
                throw new SamlException($"The Audience is '{string.Join("', '", audiences)}' and not '{expected.EntityId}'.");
            }
        }
    }

    private static DateTimeOffset? Session(XmlElement assertion, SamlExpectation expected)
    {
        var statements = assertion.Children(SamlXml.Assertion, "AuthnStatement").ToList();
        if (statements.Count == 0)
        {
            throw new SamlException("The assertion has no AuthnStatement: it does not say that anybody has signed in.");
        }
        foreach (var statement in statements)
        {
            expected.NotYetOver(statement, statement.Time("SessionNotOnOrAfter"), "ended its session");
        }
        return statements.Min(s => s.Time("SessionNotOnOrAfter"));
    }

    // Some send several values, or one name twice: the first counts.
    private static Dictionary<string, string> Attributes(XmlElement assertion)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (
            var attribute in assertion
                .Children(SamlXml.Assertion, "AttributeStatement")
                .SelectMany(s => s.Children(SamlXml.Assertion, "Attribute"))
                .Take(MostAttributes)
        )
        {
            if (
                attribute.Attribute("Name") is { } name
                && attribute.Children(SamlXml.Assertion, "AttributeValue").FirstOrDefault() is { } value
                && !value.ChildNodes.OfType<XmlElement>().Any()
            )
            {
                values.TryAdd(name, value.Text());
            }
        }
        return values;
    }
}
